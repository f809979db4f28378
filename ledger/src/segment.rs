//! Segment files: names and headers (FORMAT.md 3).

use crate::hash::Digest;
use crate::limits::SEGMENT_HEADER_BYTES;
use crate::reason::Reason;

/// The directory of segments and torn tails, in the data directory.
pub const LOG_DIR: &str = "log";

const MAGIC: [u8; 8] = *b"EXOSEG01";
const SUFFIX: &str = ".seg";
const TEMPORARY_SUFFIX: &str = ".seg.tmp";
const TORN_PREFIX: &str = "torn-";
const SEQ_DIGITS: usize = 20;

/// The secret of a segment: without it nobody can write bytes that look like one of its frames.
/// It is never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce(pub [u8; 16]);

impl std::fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Nonce(..)")
    }
}

impl Nonce {
    /// The half that goes into `crc`.
    pub(crate) fn of_core(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        [a, b, c, d, e, f, g, h]
    }

    /// The half that goes into `payload_crc`.
    pub(crate) fn of_payload(&self) -> [u8; 8] {
        let [.., a, b, c, d, e, f, g, h] = self.0;
        [a, b, c, d, e, f, g, h]
    }
}

/// The first 64 bytes of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// The log's id; zero in the first segment, which is written before there is one.
    pub log_id: Digest,
    /// Position of the segment's first record.
    pub first_seq: u64,
    /// The segment's secret.
    pub nonce: Nonce,
}

impl SegmentHeader {
    /// The 64 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        let parts = MAGIC.iter().chain(&self.log_id.0);
        let first_seq = self.first_seq.to_be_bytes();
        let parts = parts.chain(&first_seq).chain(&self.nonce.0);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// The header that these bytes hold.
    ///
    /// # Errors
    /// When they do not start with the magic.
    pub fn decode(bytes: &[u8; SEGMENT_HEADER_BYTES]) -> Result<SegmentHeader, Reason> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(Reason::SegmentMagic)?;
        let (log_id, rest) = rest.split_first_chunk::<32>().ok_or(Reason::SegmentMagic)?;
        let (first_seq, rest) = rest.split_first_chunk::<8>().ok_or(Reason::SegmentMagic)?;
        let nonce = rest.first_chunk::<16>().ok_or(Reason::SegmentMagic)?;
        Ok(SegmentHeader {
            log_id: Digest(*log_id),
            first_seq: u64::from_be_bytes(*first_seq),
            nonce: Nonce(*nonce),
        })
    }
}

/// What a name in the log's directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Segment { first_seq: u64 },
    Temporary { first_seq: u64 },
    Torn,
    Unknown,
}

/// Reads a name in the log's directory.
pub(crate) fn classify(name: &str) -> Named {
    let digits = |suffix| name.strip_suffix(suffix).and_then(seq_of);
    if let Some(first_seq) = digits(SUFFIX) {
        return Named::Segment { first_seq };
    }
    if let Some(first_seq) = digits(TEMPORARY_SUFFIX) {
        return Named::Temporary { first_seq };
    }
    let torn = name.strip_prefix(TORN_PREFIX).and_then(|rest| rest.split_once('-'));
    if torn.is_some_and(|(seq, number)| is_number(seq) && is_number(number)) {
        return Named::Torn;
    }
    Named::Unknown
}

fn seq_of(digits: &str) -> Option<u64> {
    (digits.len() == SEQ_DIGITS && is_number(digits)).then(|| digits.parse().ok()).flatten()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The path of the segment that starts at a position.
pub(crate) fn path(first_seq: u64) -> String {
    format!("{LOG_DIR}/{first_seq:020}{SUFFIX}")
}

/// The path under which a segment is prepared.
pub(crate) fn temporary_path(first_seq: u64) -> String {
    format!("{LOG_DIR}/{first_seq:020}{TEMPORARY_SUFFIX}")
}

/// The path of the `number`th torn tail that began at a position.
pub(crate) fn torn_path(seq: u64, number: u64) -> String {
    format!("{LOG_DIR}/{TORN_PREFIX}{seq}-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back() {
        let header = SegmentHeader { log_id: Digest([7; 32]), first_seq: 9, nonce: Nonce([3; 16]) };
        assert_eq!(SegmentHeader::decode(&header.encode()), Ok(header));
        assert_eq!(SegmentHeader::decode(&[0; 64]), Err(Reason::SegmentMagic));
    }

    #[test]
    fn names_say_what_they_are() {
        let check = |name: &str, expected| assert_eq!(classify(name), expected, "{name}");
        check("00000000000000000012.seg", Named::Segment { first_seq: 12 });
        check("00000000000000000012.seg.tmp", Named::Temporary { first_seq: 12 });
        check("torn-12-0", Named::Torn);
        check("torn-12", Named::Unknown);
        check("torn-12-x", Named::Unknown);
        check("12.seg", Named::Unknown);
        check("99999999999999999999.seg", Named::Unknown);
        check("+0000000000000000012.seg", Named::Unknown);
        check("notes.txt", Named::Unknown);
    }
}
