//! Opening the postings and adding blocks.

use std::path::Path;
use std::sync::Arc;

use crate::hash::Digest;
use crate::mark::Mark;
use crate::postings::block::{BLOCK_RECORDS, Posting, block_of, first_of, terms};
use crate::postings::error::{Error, Result};
use crate::postings::group::{GROUP_BLOCKS, Group, group_of};
use crate::postings::key::{Dimension, Key};
use crate::postings::reader::Reader;
use crate::postings::store::{Store, is_marked, remove};
use crate::postings::table;
use crate::postings::times::Times;

/// Version of the keys and values.
const VERSION: u8 = 1;

/// What came of opening the postings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// How far they go; later records are to be added. `None` if they are empty.
    pub mark: Option<Mark>,
    /// Why what was there could not be used and was removed.
    pub dropped: Option<String>,
}

/// Adds blocks of records. There is one for each folder.
#[derive(Debug)]
pub struct Writer {
    store: Arc<Store>,
    log_id: Digest,
    group: Group,
}

impl Writer {
    /// Opens the postings in the folder at `path`, which is made if need be; its parent exists. On
    /// any doubt the folder is removed and begun anew, and that is reported. `link_of` gives the
    /// log's own link of a record, `None` if there is no such record.
    ///
    /// # Errors
    /// [`Error::Held`] if the folder is open already, in this process or another;
    /// [`Error::Io`] when it cannot be removed; [`Error::Damaged`] when even an empty one fails.
    pub fn open(
        path: &Path,
        log_id: Digest,
        mut link_of: impl FnMut(u64) -> Option<Digest>,
    ) -> Result<(Writer, Opened)> {
        let what = if is_marked(path) {
            "they were condemned before".to_owned()
        } else {
            match Writer::open_as_is(path, log_id, &mut link_of) {
                Ok(writer) => {
                    let opened = Opened { mark: writer.mark(), dropped: None };
                    return Ok((writer, opened));
                }
                Err(Error::Damaged { what }) => what,
                Err(other) => return Err(other),
            }
        };
        remove(path)?;
        let writer = Writer::open_as_is(path, log_id, &mut link_of)?;
        Ok((writer, Opened { mark: None, dropped: Some(what) }))
    }

    fn open_as_is(
        path: &Path,
        log_id: Digest,
        link_of: &mut dyn FnMut(u64) -> Option<Digest>,
    ) -> Result<Writer> {
        let store = Arc::new(Store::open(path, log_id)?);
        let mut writer = Writer { store, log_id, group: Group::default() };
        if writer.store.is_empty()? {
            return Ok(writer);
        }
        let value = writer.store.read(Key::Mark)?;
        let mark = decode_mark(value.body(), log_id)
            .filter(|mark| mark.size > 0 && mark.size.is_multiple_of(BLOCK_RECORDS as u64));
        let mark = mark.ok_or_else(|| writer.store.bad(Key::Mark))?;
        match link_of(mark.size - 1) {
            Some(link) if link == mark.link => {}
            Some(_) => return Err(Error::damaged("they were made from other records")),
            None => return Err(Error::damaged("they go further than the log")),
        }
        writer.restore_group(block_of(mark.size))?;
        writer.store.mark.store(Some(Arc::new(mark)));
        Ok(writer)
    }

    /// Reads the blocks of the newest group, which has no directories yet.
    fn restore_group(&mut self, blocks: u64) -> Result<()> {
        let first = group_of(blocks) * GROUP_BLOCKS;
        for block in first..blocks {
            let key = Key::Times { block };
            Times::decode(self.store.read(key)?.body()).ok_or_else(|| self.store.bad(key))?;
            for dimension in Dimension::ALL {
                let key = Key::Terms { dimension, block };
                let value = self.store.read(key)?;
                let group = &mut self.group;
                let scanned = table::scan(
                    value.body(),
                    |_| true,
                    |term, _| {
                        group.add(dimension, term, block);
                        Some(())
                    },
                );
                scanned.ok_or_else(|| self.store.bad(key))?;
            }
        }
        Ok(())
    }

    /// A handle for looking up records.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { store: Arc::clone(&self.store) }
    }

    /// How far the postings go; `None` if they are empty or damage was found.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        self.store.mark.load_full().map(|mark| *mark)
    }

    /// Position of the next record that is to be added.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.mark().map_or(0, |mark| mark.size)
    }

    /// Whether damage was found, here or by a [`Reader`]. All handles are then to be dropped and
    /// the folder opened again, which removes it, and the log's records added from 0 on.
    #[must_use]
    pub fn is_condemned(&self) -> bool {
        self.store.is_condemned()
    }

    /// Whether no damage was found.
    ///
    /// # Errors
    /// [`Error::Damaged`] if some was, see [`Writer::is_condemned`].
    pub fn check(&self) -> Result<()> {
        self.store.check()
    }

    /// Adds the next [`BLOCK_RECORDS`] records; `link` is that of the last one. They are found at
    /// once; after a crash they may have to be added again.
    ///
    /// # Errors
    /// [`Error::NotNext`] for a block that does not follow or is not whole; [`Error::Damaged`]
    /// when sled fails.
    pub fn add(&mut self, block: &[Posting], link: Digest) -> Result<()> {
        let next = self.next_seq();
        let len = block.len() as u64;
        let strange = block.iter().zip(next..).find(|(posting, next)| posting.seq != *next);
        if let Some((posting, expected)) = strange {
            return Err(Error::NotNext { found: posting.seq, expected, len });
        }
        if block.len() != BLOCK_RECORDS {
            return Err(Error::NotNext { found: next, expected: next, len });
        }
        let number = block_of(next);
        let mark = Mark { size: first_of(number + 1), link };
        let mut values = vec![
            (Key::Times { block: number }, Times::of(block).encode()),
            (Key::Mark, encode_mark(&mark, self.log_id)),
        ];
        values.extend(
            Dimension::ALL.map(|dimension| {
                (Key::Terms { dimension, block: number }, terms(block, dimension))
            }),
        );
        self.group.add_block(number, block);
        if (number + 1).is_multiple_of(GROUP_BLOCKS) {
            values.extend(self.group.finish(group_of(number)));
        }
        self.store.write(values)?;
        self.store.mark.store(Some(Arc::new(mark)));
        Ok(())
    }

    /// Hands everything to the operating system, for a stop.
    ///
    /// # Errors
    /// [`Error::Damaged`] when sled fails.
    pub fn flush(&self) -> Result<()> {
        self.store.flush()
    }
}

fn encode_mark(mark: &Mark, log_id: Digest) -> Vec<u8> {
    let mut body = vec![VERSION];
    body.extend(log_id.0);
    body.extend(mark.size.to_be_bytes());
    body.extend(mark.link.0);
    body
}

fn decode_mark(body: &[u8], log_id: Digest) -> Option<Mark> {
    let rest = body.strip_prefix(&[VERSION])?.strip_prefix(&log_id.0)?;
    let (size, link) = rest.split_first_chunk()?;
    Some(Mark { size: u64::from_be_bytes(*size), link: Digest(link.try_into().ok()?) })
}
