//! Signing checkpoints, off the hot path.

use super::file::{CHECKPOINTS_FILE, NoteFile};
use super::guard;
use super::head::TreeHead;
use super::keys::LogKeys;
use super::note::Checkpoint;
use super::signer::Signer;
use crate::error::{Error, Result};
use crate::hash::Digest;
use crate::reader::{Cores, Headers, Reader};
use crate::reason::Reason;
use crate::record::{Header, kind, link};
use crate::storage::Storage;
use crate::tree::{Edge, TreeReader, check_consistency, leaf, write_missing_tile};

/// Follows a log as it grows: reads what is durable back from the files, recomputes links and tree,
/// compares them with what the writer holds in memory, and signs.
///
/// What it signs is durable, was read from the file, and continues the checkpoint before.
#[derive(Debug)]
pub struct Checkpointer<S: Storage> {
    storage: S,
    guards: Option<S>,
    reader: Reader<S>,
    tree: TreeReader<S>,
    log_id: Digest,
    keys: LogKeys,
    signer: Signer,
    edge: Edge,
    /// The link of the last record that was read.
    link: Digest,
    headers: Option<Headers<S>>,
    last: Option<Checkpoint>,
    file: NoteFile<S::File>,
    halted: bool,
}

/// Where following goes on: what opening a log or beginning one leaves behind.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) edge: Edge,
    pub(crate) link: Digest,
    pub(crate) keys: LogKeys,
    pub(crate) last: Option<Checkpoint>,
}

impl Followed {
    /// Before record 0.
    pub(crate) fn nothing(keys: LogKeys) -> Followed {
        Followed { edge: Edge::default(), link: Digest::ZERO, keys, last: None }
    }
}

impl<S: Storage> Checkpointer<S> {
    pub(crate) fn new(
        storage: S,
        guards: Option<S>,
        reader: Reader<S>,
        log_id: Digest,
        followed: Followed,
        signer: Signer,
    ) -> Result<Checkpointer<S>> {
        let Followed { edge, link, keys, last } = followed;
        let file = NoteFile::open(&storage, CHECKPOINTS_FILE)?;
        let tree = TreeReader::new(storage.clone(), reader.clone());
        let (headers, halted) = (None, false);
        Ok(Checkpointer {
            storage,
            guards,
            reader,
            tree,
            log_id,
            keys,
            signer,
            edge,
            link,
            headers,
            last,
            file,
            halted,
        })
    }

    /// The last checkpoint.
    #[must_use]
    pub fn last(&self) -> Option<&Checkpoint> {
        self.last.as_ref()
    }

    /// The keys of the log, as far as it was followed.
    #[must_use]
    pub fn keys(&self) -> &LogKeys {
        &self.keys
    }

    /// How many records were followed.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.peaks().size()
    }

    /// Signs with another key from now on, after a `log.rotate_key`.
    pub fn set_signer(&mut self, signer: Signer) {
        self.signer = signer;
    }

    /// Whether the next checkpoint can be signed: the signer has the key that its size needs.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.keys.key_for(self.size()) == Some(self.signer.key().public_key())
    }

    /// Reads up to `most` durable records that were not read yet; how many there were. Each header
    /// goes to `each`, with the link of its record.
    ///
    /// # Errors
    /// [`Error::Integrity`] if what stands in the file is not what was written, or what the storage
    /// says. After an error nothing is signed any more.
    pub fn follow(&mut self, most: u64, each: &mut dyn FnMut(&Header, &Digest)) -> Result<u64> {
        self.check_running()?;
        self.halted = true;
        let followed = self.follow_to(most, each)?;
        self.halted = false;
        Ok(followed)
    }

    fn follow_to(&mut self, most: u64, each: &mut dyn FnMut(&Header, &Digest)) -> Result<u64> {
        let head = self.reader.head();
        let start = self.size();
        let end = head.size.min(start.saturating_add(most));
        let mut headers = match self.headers.take() {
            Some(headers) => headers,
            None => Headers::new(self.reader.clone(), start, Cores::Rotations),
        };
        for _ in start..end {
            let read = headers.read_next()?;
            let Some(read) = read else { break };
            if read.header.prev != self.link {
                return Err(Error::Integrity(headers.flaw(Reason::Prev)));
            }
            let storage = &self.storage;
            self.edge.append(leaf(&read.bytes), &mut |id, hashes| {
                // A tile is derived: one that cannot be kept is made again by whoever needs it.
                write_missing_tile(storage, id, hashes).or(Ok(()))
            })?;
            self.link = link(&read.bytes);
            if read.header.kind == kind::ROTATE_KEY {
                let taken = self.keys.take(&read.header, headers.core());
                taken.map_err(|reason| Error::Integrity(headers.flaw(reason)))?;
            }
            each(&read.header, &self.link);
        }
        if self.size() == head.size && self.link != head.link {
            return Err(Error::Integrity(headers.flaw(Reason::Prev)));
        }
        self.headers = Some(headers);
        Ok(self.size() - start)
    }

    /// Signs what was followed, unless that was signed already: the guard first, then the file of
    /// checkpoints, each durable before the next.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] when the signer's key is not the one that this size needs,
    /// [`Error::TreeMismatch`] when it does not continue the checkpoint before, or what the storage
    /// says; after any of them nothing is signed any more.
    pub fn sign(&mut self) -> Result<Option<&Checkpoint>> {
        self.check_running()?;
        let head = TreeHead { size: self.size(), root: self.edge.peaks().root() };
        if self.last.as_ref().is_some_and(|last| last.head() == head) {
            return Ok(None);
        }
        self.halted = true;
        let note = self.make(head)?;
        if let Some(guards) = &self.guards {
            guard::replace(guards, &self.log_id, &note)?;
        }
        self.file = self.file.appended(&note)?;
        self.last = Some(note);
        self.halted = false;
        Ok(self.last.as_ref())
    }

    fn make(&mut self, head: TreeHead) -> Result<Checkpoint> {
        if let Some(last) = self.last.as_ref().map(Checkpoint::head) {
            let path = self.tree.consistency(&last, &head)?;
            check_consistency(&last, &head, &path)
                .map_err(|_| Error::TreeMismatch { size: head.size })?;
        }
        let checkpoint = |problem| Error::Checkpoint { problem };
        let note = self.signer.sign(head).map_err(checkpoint)?;
        let needed = self.keys.verifier_for(head.size);
        let needed = needed.ok_or(Error::TreeMismatch { size: head.size })?;
        note.verify(&needed).map_err(checkpoint)?;
        Ok(note)
    }

    fn check_running(&self) -> Result<()> {
        if self.halted { Err(Error::Halted) } else { Ok(()) }
    }
}
