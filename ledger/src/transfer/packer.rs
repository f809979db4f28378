//! Forms records into batches and segments of a log that is staged.

use crate::checkpoint::Checkpoint;
use crate::error::Result;
use crate::frame::{Checked, Parts, Stored, encode_stored, expected_len};
use crate::hash::{Digest, Shake};
use crate::index::Head;
use crate::limits::{BATCH_RECORDS_MAX, Limits};
use crate::log::Nonces;
use crate::reason::Reason;
use crate::record::{Header, raw_lens};
use crate::scan::Chain;
use crate::segment::{Nonce, SegmentHeader};
use crate::storage::Storage;
use crate::transfer::stage::Stage;
use crate::transfer::unproven::Unproven;

pub(super) struct Packer<S: Storage> {
    stage: Stage<S>,
    limits: Limits,
    nonces: Nonces,
    /// How many records there will be.
    size: u64,
    nonce: Nonce,
    log_id: Digest,
    batch_records: usize,
    batch_bytes: u64,
    frame: Vec<u8>,
    chain: Chain,
    unproven: Unproven,
}

impl<S: Storage> Packer<S> {
    pub(super) fn new(stage: Stage<S>, limits: Limits, nonces: Nonces, size: u64) -> Packer<S> {
        Packer {
            stage,
            limits,
            nonces,
            size,
            nonce: Nonce([0; 16]),
            log_id: Digest::ZERO,
            batch_records: 0,
            batch_bytes: 0,
            frame: Vec::new(),
            chain: Chain::starting(0, Digest::ZERO),
            unproven: Unproven::default(),
        }
    }

    /// Appends the next record: makes its frame and holds that to everything that a reader will
    /// hold it to, before it is written.
    pub(super) fn push(
        &mut self,
        record: &Stored<'_>,
    ) -> Result<std::result::Result<Checked, Reason>> {
        let bytes = match frame_bytes(record) {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Err(reason)),
        };
        if bytes > self.limits.frame_bytes {
            let found = u32::try_from(bytes).unwrap_or(u32::MAX);
            return Ok(Err(Reason::FrameLen { found }));
        }
        self.make_room(bytes)?;
        let batch_index = u16::try_from(self.batch_records).expect("a batch has 4,096 records");
        self.frame.clear();
        encode_stored(&mut self.frame, &self.nonce, batch_index, record);
        let checked = match check(&self.frame, &self.nonce, &mut self.chain) {
            Ok(checked) => checked,
            Err(reason) => return Ok(Err(reason)),
        };
        if checked.header.seq == 0 {
            self.log_id = checked.link;
        }
        self.unproven.take(&checked);
        self.stage.append(&self.frame)?;
        self.batch_records += 1;
        self.batch_bytes += bytes;
        Ok(Ok(checked))
    }

    /// Ends the batch, and the segment, where the next frame does not belong into it any more.
    fn make_room(&mut self, bytes: u64) -> Result<()> {
        let seq = self.chain.head().size;
        let ends_segment = self.stage.written() + bytes > self.limits.segment_bytes;
        // Record 0 stands alone as at any birth. So does the last one: what lies before the last
        // batch is settled, and damage there never passes for a torn write.
        let alone = seq == 1 || seq + 1 == self.size;
        let full =
            self.batch_records == BATCH_RECORDS_MAX || self.batch_bytes >= self.limits.batch_bytes;
        if seq == 0 || ends_segment {
            self.nonce = Nonce((self.nonces)());
            let (log_id, nonce) = (self.log_id, self.nonce);
            self.stage.begin_segment(&SegmentHeader { log_id, first_seq: seq, nonce })?;
            self.chain.begin_segment();
        }
        if seq == 0 || ends_segment || alone || full {
            (self.batch_records, self.batch_bytes) = (0, 0);
        }
        Ok(())
    }

    /// The first erased payload that nothing accounts for, once all records are there.
    pub(super) fn unproven(&self) -> Option<(u64, Reason)> {
        self.unproven.first()
    }

    /// Keeps a checkpoint with the records, which finishing holds them to.
    pub(super) fn keep_checkpoint(&self, note: &Checkpoint) -> Result<()> {
        self.stage.write_checkpoint(note)
    }

    /// Makes a log of it all.
    pub(super) fn finish(mut self) -> Result<Head> {
        let head = self.chain.head();
        let settled = self.stage.settle(head);
        if let Err(error) = settled {
            self.stage.abandon();
            return Err(error);
        }
        self.stage.publish()?;
        Ok(head)
    }

    /// Removes what was staged.
    pub(super) fn abandon(self) {
        self.stage.abandon();
    }
}

/// Bytes of a record's frame, when its header is good and goes with its parts.
pub(super) fn frame_bytes(record: &Stored<'_>) -> std::result::Result<u64, Reason> {
    let header = Header::decode(record.header)?;
    let expected = expected_len(record.header).expect("the header's lengths were checked");
    let (core_len, _) = raw_lens(record.header);
    if core_len as usize != record.core.len() {
        return Err(Reason::CoreLen { found: core_len });
    }
    let found = header.payload_len;
    let fits = match record.payload {
        crate::Payload::None => found == 0,
        crate::Payload::Whole { bytes, .. } => found > 0 && found as usize == bytes.len(),
        crate::Payload::Erased => found > 0,
    };
    if fits { Ok(expected) } else { Err(Reason::PayloadLen { found }) }
}

/// Holds a frame to the format and to the records before it.
pub(super) fn check(
    frame: &[u8],
    nonce: &Nonce,
    chain: &mut Chain,
) -> std::result::Result<Checked, Reason> {
    let checked = Parts::cut(frame)?.check::<Shake>(nonce)?.without_doubt()?;
    chain.accept(&checked)?;
    Ok(checked)
}
