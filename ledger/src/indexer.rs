//! Bringing the derived indexes up to the log: headers go in one by one, blocks come out.
//!
//! [`Indexer`] feeds [`ids`] and [`postings`] from one pass over the records, each from where it is;
//! [`catch_up`] does so for all records there are, with progress. Neither is on the path of a
//! command: the thread that follows the log's durable head calls them.

use crate::hash::Digest;
use crate::ids::{self, Id, Merge};
use crate::postings::{self, BLOCK_RECORDS, Posting};
use crate::record::Header;
use crate::storage::Storage;

/// Ids that are gathered before they become a file.
pub const ID_BLOCK_RECORDS: usize = ids::BLOCK_RECORDS_MAX;

/// Records between two parts of a merge of ids, and between two reports of progress.
pub const STEP_RECORDS: u64 = BLOCK_RECORDS as u64;

/// Entries that merging moves for each record that is added: files stay few as long as an id is
/// moved no more often than this, up to logs of 10^12 records.
const MERGED_PER_RECORD: u64 = 8;

/// An error of bringing the indexes up to the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The files of ids; if they are damaged, [`Indexer::reset_ids`].
    #[error(transparent)]
    Ids(#[from] ids::Error),
    /// The postings; if they are damaged, open them anew and [`Indexer::set_postings`].
    #[error(transparent)]
    Postings(#[from] postings::Error),
    /// A record that does not follow the ones before.
    #[error("record {found} cannot be indexed where {expected} is next")]
    NotNext {
        /// The record's position.
        found: u64,
        /// The position that is next.
        expected: u64,
    },
}

/// Cuts records into the blocks of the derived indexes, and has them written.
#[derive(Debug)]
pub struct Indexer<S: Storage> {
    ids: ids::Writer<S>,
    id_block: Vec<Id>,
    /// The link of the last record in the block of ids.
    id_link: Digest,
    postings: Option<postings::Writer>,
    posting_block: Vec<Posting>,
    /// The link of the last record in the block of postings: the blocks need not be at one place.
    posting_link: Digest,
}

impl<S: Storage> Indexer<S> {
    /// Over opened indexes. Without postings, as on a simulated disk, only ids are kept.
    #[must_use]
    pub fn new(ids: ids::Writer<S>, postings: Option<postings::Writer>) -> Indexer<S> {
        let (id_block, posting_block) = (Vec::new(), Vec::new());
        let (id_link, posting_link) = (Digest::ZERO, Digest::ZERO);
        Indexer { ids, id_block, id_link, postings, posting_block, posting_link }
    }

    /// Position of the record that is to go in next. It falls when an index is begun anew.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next_id().min(self.next_posting().unwrap_or(u64::MAX))
    }

    /// The files of ids.
    #[must_use]
    pub fn ids(&self) -> &ids::Writer<S> {
        &self.ids
    }

    /// The postings, if they are kept.
    #[must_use]
    pub fn postings(&self) -> Option<&postings::Writer> {
        self.postings.as_ref()
    }

    /// Takes a durable record and its link; writes the blocks that it fills. An index that has it
    /// already passes over it. After an error [`Indexer::next_seq`] says which record is next; a
    /// block that could not be written is tried again.
    ///
    /// # Errors
    /// When a block cannot be written, or the record does not follow.
    pub fn push(&mut self, header: &Header, link: Digest) -> Result<(), Error> {
        self.postings.as_ref().map_or(Ok(()), postings::Writer::check)?;
        self.write_full_ids()?;
        self.write_full_postings()?;
        let (found, expected) = (header.seq, self.next_seq());
        if found > expected {
            return Err(Error::NotNext { found, expected });
        }
        if found == self.next_id() {
            self.push_id(header, link)?;
        }
        if Some(found) == self.next_posting() {
            self.push_posting(header, link)?;
        }
        Ok(())
    }

    /// The same for the ids alone, which somebody may wait for while the postings are far behind.
    ///
    /// # Errors
    /// As [`Indexer::push`].
    pub fn push_id(&mut self, header: &Header, link: Digest) -> Result<(), Error> {
        self.write_full_ids()?;
        let (found, expected) = (header.seq, self.next_id());
        if found != expected {
            return Err(Error::NotNext { found, expected });
        }
        self.id_block.push(Id::from(header));
        self.id_link = link;
        self.write_full_ids()?;
        if (found + 1).is_multiple_of(STEP_RECORDS) {
            self.ids.merge(STEP_RECORDS * MERGED_PER_RECORD)?;
        }
        Ok(())
    }

    /// The same for the postings alone, if they are kept.
    ///
    /// # Errors
    /// As [`Indexer::push`].
    pub fn push_posting(&mut self, header: &Header, link: Digest) -> Result<(), Error> {
        self.write_full_postings()?;
        let found = header.seq;
        match self.next_posting() {
            None => return Ok(()),
            Some(expected) if expected != found => return Err(Error::NotNext { found, expected }),
            Some(_) => {}
        }
        self.posting_block.push(Posting::from(header));
        self.posting_link = link;
        self.write_full_postings()
    }

    /// Writes the ids that were gathered, though they are few: for a stop, or to let go of a window
    /// in memory. Postings take whole blocks only; what is left of them is handed to the operating
    /// system.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.flush_ids()?;
        self.write_full_postings()?;
        self.postings.as_ref().map_or(Ok(()), postings::Writer::flush)?;
        Ok(())
    }

    /// Writes the ids that were gathered, and leaves the postings as they are.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush_ids(&mut self) -> Result<(), Error> {
        self.write_full_ids()?;
        self.write_ids()
    }

    /// Goes on merging files of ids until there is nothing to merge.
    ///
    /// # Errors
    /// When that fails.
    pub fn settle(&mut self) -> Result<(), Error> {
        while self.ids.merge(u64::MAX)? != Merge::Idle {}
        Ok(())
    }

    /// Removes the files of ids, which are damaged; records then go in from 0 on. Until they have
    /// caught up nobody may take an id for fresh.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn reset_ids(&mut self) -> Result<(), Error> {
        self.id_block.clear();
        Ok(self.ids.reset()?)
    }

    /// Goes on with other postings, or with none. For damaged ones: first with none, which lets go
    /// of them; then they are opened anew.
    pub fn set_postings(&mut self, postings: Option<postings::Writer>) {
        self.posting_block.clear();
        self.postings = postings;
    }

    /// Position of the record whose id is to go in next.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.ids.next_seq() + self.id_block.len() as u64
    }

    /// Position of the record that the postings take next, if they are kept.
    #[must_use]
    pub fn next_posting(&self) -> Option<u64> {
        let postings = self.postings.as_ref()?;
        Some(postings.next_seq() + self.posting_block.len() as u64)
    }

    fn write_full_ids(&mut self) -> Result<(), Error> {
        if self.id_block.len() >= ID_BLOCK_RECORDS {
            self.write_ids()?;
        }
        Ok(())
    }

    fn write_full_postings(&mut self) -> Result<(), Error> {
        if self.posting_block.len() >= BLOCK_RECORDS
            && let Some(postings) = &mut self.postings
        {
            postings.add(&self.posting_block, self.posting_link)?;
            self.posting_block.clear();
        }
        Ok(())
    }

    fn write_ids(&mut self) -> Result<(), Error> {
        self.ids.add(&self.id_block, self.id_link)?;
        self.id_block.clear();
        Ok(())
    }
}

/// Brings the indexes up to the end of `records`, which begin at [`Indexer::next_seq`] or before:
/// each record's header and link. `progress` hears the position after every [`STEP_RECORDS`]
/// records, and at the end. What is left of a block stays in memory.
///
/// # Errors
/// What reading the records says, or writing the blocks.
pub fn catch_up<S: Storage, E: From<Error>>(
    indexer: &mut Indexer<S>,
    records: impl IntoIterator<Item = Result<(Header, Digest), E>>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), E> {
    for record in records {
        let (header, link) = record?;
        indexer.push(&header, link)?;
        if (header.seq + 1).is_multiple_of(STEP_RECORDS) {
            progress(header.seq + 1);
        }
    }
    progress(indexer.next_seq());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Options, Reader};
    use crate::postings::{Direction, Filter};
    use crate::record::Verdict;
    use crate::storage::Memory;

    const STEP: u64 = STEP_RECORDS;
    const SIZE: u64 = 3 * STEP + 1_000;

    fn header(seq: u64) -> Header {
        let mut command_id = [0xc0; 16];
        command_id[..8].copy_from_slice(&seq.to_be_bytes());
        Header {
            core_version: 1,
            kind: if seq.is_multiple_of(1_000) { 70 } else { 64 },
            verdict: Verdict::Permit,
            rejected: false,
            has_payload: false,
            seq,
            time: seq + 1,
            actor: 0,
            cause: seq.checked_sub(2),
            command_id,
            core_len: 1,
            payload_len: 0,
            core_commit: Digest::ZERO,
            prev: Digest::ZERO,
        }
    }

    fn link_of(seq: u64) -> Digest {
        Digest([u8::try_from(seq % 251).unwrap(); 32])
    }

    fn records(
        seqs: std::ops::Range<u64>,
    ) -> impl Iterator<Item = Result<(Header, Digest), Error>> {
        seqs.map(|seq| Ok((header(seq), link_of(seq))))
    }

    fn open_postings(path: &std::path::Path) -> postings::Writer {
        let link_of = |seq| (seq < SIZE).then(|| link_of(seq));
        postings::Writer::open(path, Digest::ZERO, link_of).unwrap().0
    }

    fn open(memory: &Memory, path: &std::path::Path) -> Indexer<Memory> {
        let link_of = |seq| (seq < SIZE).then(|| link_of(seq));
        let options = Options::new([1; 16]);
        let ids = ids::Writer::open(memory.clone(), Digest::ZERO, options, link_of).unwrap().0;
        Indexer::new(ids, Some(open_postings(path)))
    }

    fn check(indexer: &Indexer<Memory>) {
        let reader: Reader<Memory> = indexer.ids().reader();
        assert_eq!(indexer.ids().next_seq(), SIZE);
        for seq in 0..SIZE + 10 {
            let found = reader.find(0, &header(seq).command_id).unwrap();
            assert_eq!(found, (seq < SIZE).then_some(seq));
        }
        let reader = indexer.postings().unwrap().reader();
        assert_eq!(reader.mark().unwrap().size, 3 * STEP);
        let filter = Filter { kinds: vec![70], ..Filter::default() };
        let found = reader.candidates(&filter, Direction::Ascending, u64::MAX).unwrap();
        assert!(found.map(Result::unwrap).eq((0..3 * STEP).step_by(1_000)));
        assert_eq!(reader.children(STEP, 10).unwrap(), [STEP + 2]);
    }

    #[test]
    fn both_indexes_are_brought_up_from_where_each_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postings");
        let memory = Memory::new();
        let mut indexer = open(&memory, &path);
        assert_eq!(indexer.next_seq(), 0);
        let mut heard = Vec::new();
        catch_up(&mut indexer, records(0..2 * STEP + 7), &mut |seq| heard.push(seq)).unwrap();
        assert_eq!(heard, [STEP, 2 * STEP, 2 * STEP + 7]);
        indexer.flush().unwrap();
        drop(indexer);

        let mut indexer = open(&memory, &path);
        assert_eq!((indexer.ids().next_seq(), indexer.next_seq()), (2 * STEP + 7, 2 * STEP));
        let gap = indexer.push(&header(2 * STEP + 1), link_of(2 * STEP + 1));
        assert!(matches!(gap, Err(Error::NotNext { .. })), "{gap:?}");
        catch_up(&mut indexer, records(STEP..SIZE), &mut |_| {}).unwrap();
        indexer.flush().unwrap();
        check(&indexer);
    }

    #[test]
    fn an_index_that_is_begun_anew_leaves_the_other_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postings");
        let mut indexer = open(&Memory::new(), &path);
        catch_up(&mut indexer, records(0..STEP + 100), &mut |_| {}).unwrap();
        indexer.reset_ids().unwrap();
        assert_eq!(indexer.next_seq(), 0);
        catch_up(&mut indexer, records(0..50), &mut |_| {}).unwrap();
        indexer.flush().unwrap();
        assert_eq!(
            indexer.ids().mark().map(|mark| (mark.size, mark.link)),
            Some((50, link_of(49)))
        );
        catch_up(&mut indexer, records(50..2 * STEP + 300), &mut |_| {}).unwrap();
        indexer.set_postings(None);
        std::fs::write(path.with_extension("condemned"), "").unwrap();
        indexer.set_postings(Some(open_postings(&path)));
        assert_eq!(indexer.next_seq(), 0);
        // The gathered ids end at their own record, wherever the postings are.
        catch_up(&mut indexer, records(0..10), &mut |_| {}).unwrap();
        indexer.flush().unwrap();
        let end = 2 * STEP + 300;
        let mark = indexer.ids().mark().map(|mark| (mark.size, mark.link));
        assert_eq!(mark, Some((end, link_of(end - 1))));
        catch_up(&mut indexer, records(10..SIZE), &mut |_| {}).unwrap();
        indexer.flush().unwrap();
        check(&indexer);
    }
}
