//! Every limit of the format, by name. Readers hold every file to these; a writer may be given
//! tighter ones ([`Limits`]) but never wider ones.

/// Bytes of a record's header.
pub const HEADER_BYTES: usize = 128;

/// Bytes of a segment's header.
pub const SEGMENT_HEADER_BYTES: usize = 64;

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// Bytes of a frame before the record's header: lengths, checksums, batch index and state.
pub const FRAME_PREFIX_BYTES: usize = 16;

/// Bytes of a frame around its core, when there is no payload.
pub const FRAME_OVERHEAD_BYTES: usize = FRAME_PREFIX_BYTES + HEADER_BYTES + SALT_BYTES;

/// Most bytes of a record's core; at least one is needed.
pub const CORE_BYTES_MAX: usize = 65_536;

/// Most bytes of the constitution's text in record 0.
pub const CONSTITUTION_BYTES_MAX: u64 = 48 << 10;

/// Most bytes of the origin in record 0; one is needed.
pub const ORIGIN_BYTES_MAX: u64 = 255;

/// Most bytes of a record's payload.
pub const PAYLOAD_BYTES_MAX: usize = 1 << 20;

/// Fewest bytes a frame can have: a core of one byte and no payload.
pub const FRAME_BYTES_MIN: usize = FRAME_OVERHEAD_BYTES + 1;

/// Most bytes a frame can have: a full core and a full payload.
pub const FRAME_BYTES_MAX: usize =
    FRAME_OVERHEAD_BYTES + CORE_BYTES_MAX + SALT_BYTES + PAYLOAD_BYTES_MAX;

/// Most bytes of a segment, header and reserve included.
pub const SEGMENT_BYTES_MAX: u64 = 256 << 20;

/// Most records that one sync covers.
pub const BATCH_RECORDS_MAX: usize = 4_096;

/// Bytes of frames at which a batch closes. The record that crosses the line still belongs to the
/// batch, so a batch has at most this and one frame more.
pub const BATCH_BYTES_MAX: u64 = 4 << 20;

/// Most bytes of a blob's content, without its salt.
pub const BLOB_BYTES_MAX: u64 = 256 << 20;

/// Deepest nesting of arrays and maps in a core.
pub const CBOR_DEPTH_MAX: usize = 16;

/// Most bytes of the file of checkpoints that witnesses signed as well: a verifier holds them in
/// memory, and who cosigns every hour fills it in twenty years.
pub const COSIGNED_BYTES_MAX: u64 = 64 << 20;

/// Records between two entries of the sparse index that readers use.
pub const INDEX_STRIDE: u64 = 256;

const _: () = assert!(FRAME_BYTES_MIN == 161, "the scan for later batches divides by this");
const _: () = assert!(FRAME_BYTES_MAX == 1_114_288);
const _: () = assert!(
    SEGMENT_BYTES_MAX
        > 2 * (BATCH_BYTES_MAX + FRAME_BYTES_MAX as u64) + SEGMENT_HEADER_BYTES as u64,
    "the reserve fits into a segment"
);

/// What a writer keeps to. The default is the format's own limits; tests and the simulation choose
/// smaller ones so that segments roll after a few records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after which a segment is followed by the next: at most [`SEGMENT_BYTES_MAX`], at
    /// least a header and a full batch.
    pub segment_bytes: u64,
    /// Bytes of frames at which a batch closes: at most [`BATCH_BYTES_MAX`].
    pub batch_bytes: u64,
    /// Most bytes of one frame: at most [`FRAME_BYTES_MAX`].
    pub frame_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            segment_bytes: SEGMENT_BYTES_MAX,
            batch_bytes: BATCH_BYTES_MAX,
            frame_bytes: FRAME_BYTES_MAX as u64,
        }
    }
}

impl Limits {
    /// Most bytes that one batch can take.
    #[must_use]
    pub fn full_batch_bytes(&self) -> u64 {
        self.batch_bytes + self.frame_bytes
    }

    /// What [`crate::Log::reserve`] keeps room for: two full batches, since one may wait, already
    /// decided, while the other is still being decided.
    #[must_use]
    pub fn reserve_bytes(&self) -> u64 {
        2 * self.full_batch_bytes()
    }

    /// Whether the format allows these limits and the reserve fits into an empty segment.
    #[must_use]
    pub fn are_valid(&self) -> bool {
        let header = SEGMENT_HEADER_BYTES as u64;
        self.segment_bytes <= SEGMENT_BYTES_MAX
            && self.batch_bytes <= BATCH_BYTES_MAX
            && self.frame_bytes >= FRAME_BYTES_MIN as u64
            && self.frame_bytes <= FRAME_BYTES_MAX as u64
            && self.reserve_bytes() + header <= self.segment_bytes
    }
}
