//! A second opinion: State folded from the bytes on the disk, and what callers were told.

use std::collections::BTreeMap;
use weft_ledger::Payload;
use weft_ledger::storage::Memory;
use weft_projections::{Digest, Seq, State, evolve};
use weft_runtime::{Published, Reader, Receipt, decode_record};

/// Who asked, and under which id.
pub(crate) type AskedBy = (u64, [u8; 16]);

/// What the disk says, read record by record, and what callers rely on.
#[derive(Default)]
pub(crate) struct Shadow {
    state: State,
    links: Vec<Digest>,
    ids: BTreeMap<AskedBy, Seq>,
    acknowledged: BTreeMap<AskedBy, (Seq, Digest)>,
    blobs: u64,
}

impl Shadow {
    /// Records that were read so far.
    pub(crate) fn size(&self) -> u64 {
        self.links.len() as u64
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// Records whose blobs were read back.
    pub(crate) fn blobs(&self) -> u64 {
        self.blobs
    }

    /// A caller was answered: from now on the record must be there, once, for ever.
    pub(crate) fn acknowledge(&mut self, by: AskedBy, receipt: &Receipt) {
        let before = self.acknowledged.insert(by, (receipt.seq, receipt.link));
        assert!(
            before.is_none_or(|before| before == (receipt.seq, receipt.link)),
            "one id, two records: {receipt:?}"
        );
    }

    /// Reads what is new on the disk and holds it against the published State and every receipt.
    ///
    /// # Errors
    /// What the reader says of a record that cannot be read: a disk that lied.
    pub(crate) fn compare(
        &mut self,
        published: &Published,
        reader: &Reader<Memory>,
    ) -> Result<(), weft_ledger::Error> {
        while self.size() <= published.head.seq.0 {
            let entry = reader.read(self.size())?.expect("a published record can be read");
            if !published.state.chain.is_redacted(Seq(entry.header.seq)) {
                for name in entry.blobs() {
                    // Durable before it is named.
                    self.blobs += u64::from(reader.blobs().check(&name)? > 0);
                }
            }
            self.take(
                &decode_record(&entry).expect("our own record"),
                entry.header.command_id,
                Digest(entry.link.0),
            );
        }
        assert_eq!(
            self.size(),
            published.head.seq.0 + 1,
            "the published head is not the last record"
        );
        assert_eq!(self.links.last(), Some(&published.head.link));
        assert_eq!(
            self.state.to_canonical_cbor(),
            published.state.to_canonical_cbor(),
            "replayed State differs from live State at record {}",
            published.head.seq
        );
        for seq in published.state.chain.redacted() {
            let entry = reader.read(seq.0)?.expect("a redacted record can be read");
            let mut gone = !matches!(entry.payload(), Payload::Whole { .. });
            for name in entry.blobs() {
                gone &= !reader.blobs().is_present(&name)?;
            }
            assert!(gone, "the content of record {seq} is still there");
        }
        for (by, (seq, link)) in &self.acknowledged {
            assert_eq!(self.ids.get(by), Some(seq), "an acknowledged command is not where it was");
            assert_eq!(
                self.links.get(seq.0 as usize),
                Some(link),
                "an acknowledged record has changed"
            );
        }
        Ok(())
    }

    fn take(&mut self, record: &weft_projections::Record, command_id: [u8; 16], link: Digest) {
        assert_eq!(record.seq.0, self.size());
        let twice = self.ids.insert((record.actor.to_u64(), command_id), record.seq);
        assert_eq!(twice, None, "command {command_id:?} ran twice");
        evolve(&mut self.state, record);
        self.links.push(link);
    }

    /// After a crash: everything is read anew, and what had been published must all be there.
    pub(crate) fn after_crash(
        &mut self,
        published: &Published,
        reader: &Reader<Memory>,
    ) -> Result<(), weft_ledger::Error> {
        let seen = std::mem::take(&mut self.links);
        (self.state, self.ids) = Default::default();
        self.compare(published, reader)?;
        assert!(
            self.links.starts_with(&seen),
            "published records are gone: {} of {}",
            self.links.len(),
            seen.len()
        );
        Ok(())
    }

    /// After a lying disk: what is there must be what was decided, as far as it goes.
    pub(crate) fn after_lies(
        &mut self,
        published: &Published,
        reader: &Reader<Memory>,
    ) -> Result<(), weft_ledger::Error> {
        let seen = std::mem::take(&mut self.links);
        (self.state, self.ids) = Default::default();
        let kept = published.head.seq.0 + 1;
        self.acknowledged.retain(|_, (seq, _)| seq.0 < kept);
        self.compare(published, reader)?;
        let both = seen.len().min(self.links.len());
        assert_eq!(self.links[..both], seen[..both], "a lying disk changed history");
        Ok(())
    }
}
