//! Holding a log to what was signed for it, while it is read.

use std::collections::BTreeMap;

use super::anchor::Anchor;
use super::file::{CHECKPOINTS_FILE, COSIGNED_FILE, LastNote, flaw, integrity, last_note};
use super::guard;
use super::head::TreeHead;
use super::keys::LogKeys;
use super::note::{Checkpoint, Cosignature};
use super::problem::NoteProblem;
use super::{Notes, WitnessKey};
use crate::entry::Entry;
use crate::error::{Error, GuardProblem, Integrity, Result};
use crate::hash::Digest;
use crate::reason::Reason;
use crate::record::kind;
use crate::storage::Storage;
use crate::tree::{Edge, Root, leaf, write_missing_tile};

/// Which checkpoints a log is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The last one.
    Last,
    /// All of them.
    All,
}

/// What the guard says of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardState {
    /// Nobody asked.
    NotLookedAt,
    /// There is none.
    Missing,
    /// The log goes on from what the guard saw.
    Holds {
        /// The size of the guard's checkpoint, in records.
        size: u64,
    },
    /// The log contradicts it.
    Contradicted(GuardProblem),
}

/// What was found of checkpoints while a log was read.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The root over all records.
    pub root: Root,
    /// How many checkpoints were checked.
    pub checkpoints: u64,
    /// The last of them.
    pub last: Option<Checkpoint>,
    /// Whether a note follows that was never ended.
    pub unterminated: bool,
    /// What the guard says.
    pub guard: GuardState,
    /// The keys of the log.
    pub keys: LogKeys,
    /// The cosignatures of known witnesses that were checked, the last per witness.
    pub cosignatures: Vec<(TreeHead, Cosignature)>,
}

/// Where the next notes come from.
enum Source<S: Storage> {
    Nothing,
    One(Box<(u64, Checkpoint)>),
    Stream(Notes<S::File>),
}

/// Builds the tree over the records it is shown, and compares its root with every note on the way.
pub(crate) struct Watch<S: Storage> {
    source: Source<S>,
    next: Option<(u64, Checkpoint)>,
    /// Checkpoints that others signed as well, by size.
    cosigned: BTreeMap<u64, Vec<(u64, Checkpoint)>>,
    /// One that whoever asks has kept.
    anchor: Option<Anchor>,
    last: Option<Checkpoint>,
    checked: u64,
    unterminated: Option<u64>,
    guard: Option<Checkpoint>,
    guard_state: GuardState,
    witnesses: Vec<WitnessKey>,
    cosignatures: Vec<(TreeHead, Cosignature)>,
    keys: LogKeys,
    edge: Edge,
    /// Where full tiles that are missing are written to.
    tiles: Option<S>,
    failed: Option<Error>,
}

impl<S: Storage> Watch<S> {
    /// Reads what was signed for the log of `log_id` whose genesis names `keys`.
    pub(crate) fn open(
        storage: &S,
        guards: Option<&S>,
        keys: &LogKeys,
        log_id: &Digest,
        depth: Depth,
    ) -> Result<Watch<S>> {
        let (source, unterminated) = match depth {
            Depth::Last => {
                let LastNote { note, end, unterminated } = last_note(storage, keys.origin())?;
                let source = note.map_or(Source::Nothing, |note| Source::One(Box::new(note)));
                (source, unterminated.then_some(end))
            }
            Depth::All => {
                let notes = Notes::open(storage, CHECKPOINTS_FILE)?;
                (notes.map_or(Source::Nothing, Source::Stream), None)
            }
        };
        let cosigned = match depth {
            Depth::Last => BTreeMap::new(),
            Depth::All => read_cosigned(storage)?,
        };
        let (guard, guard_state) = match guards {
            None => (None, GuardState::NotLookedAt),
            Some(guards) => guard::look(guards, log_id, keys.origin())?,
        };
        let mut watch = Watch {
            source,
            next: None,
            cosigned,
            anchor: None,
            last: None,
            checked: 0,
            unterminated,
            guard,
            guard_state,
            witnesses: Vec::new(),
            cosignatures: Vec::new(),
            keys: LogKeys::default(),
            edge: Edge::default(),
            tiles: None,
            failed: None,
        };
        watch.advance()?;
        Ok(watch)
    }

    /// The same watch, which also writes full tiles that are missing.
    pub(crate) fn writing_tiles(self, tiles: S) -> Watch<S> {
        Watch { tiles: Some(tiles), ..self }
    }

    /// The same watch, which also checks the cosignatures of some witnesses.
    pub(crate) fn knowing(self, witnesses: Vec<WitnessKey>) -> Watch<S> {
        Watch { witnesses, ..self }
    }

    /// The same watch, which also holds the log to a checkpoint that somebody kept.
    pub(crate) fn anchored(self, anchor: Anchor) -> Watch<S> {
        Watch { anchor: Some(anchor), ..self }
    }

    /// The same watch, for records after those of which `edge` is the tree and `keys` are the keys: an
    /// anchor of more records has to bind them. `None` when the guard is about fewer.
    ///
    /// # Errors
    /// What is wrong with the notes that are passed over.
    pub(crate) fn passing(self, edge: Edge, keys: LogKeys) -> Result<Option<Watch<S>>> {
        let passed = edge.peaks().size();
        if self.guard.as_ref().is_some_and(|guard| guard.head().size <= passed) {
            return Ok(None);
        }
        let mut watch = Watch { edge, keys, ..self };
        while watch.next.as_ref().is_some_and(|(_, note)| note.head().size <= passed) {
            watch.advance()?;
        }
        watch.cosigned.retain(|size, _| *size > passed);
        Ok(Some(watch))
    }

    /// The same watch, for records after those of which `edge` is the tree and `keys` are the keys.
    /// Only what lies below what was signed may be passed over: `None` when the last checkpoint has
    /// no more than `size` records, or the guard fewer than the edge.
    pub(crate) fn resuming(self, edge: Edge, keys: LogKeys, size: u64) -> Option<Watch<S>> {
        let signed = self.next.as_ref().is_some_and(|(_, note)| note.head().size >= size);
        let passed = edge.peaks().size();
        let guarded = self.guard.as_ref().is_none_or(|guard| guard.head().size > passed);
        (signed && guarded).then_some(Watch { edge, keys, ..self })
    }

    /// Takes the next record; `false` once something is wrong.
    pub(crate) fn take(&mut self, entry: &Entry<'_>) -> bool {
        let taken = self.add(entry);
        match taken {
            Ok(()) => true,
            Err(error) => {
                self.failed = Some(error);
                false
            }
        }
    }

    /// What was wrong.
    pub(crate) fn failure(&mut self) -> Option<Error> {
        self.failed.take()
    }

    fn add(&mut self, entry: &Entry<'_>) -> Result<()> {
        let header = &entry.header;
        let tiles = &self.tiles;
        self.edge.append(leaf(entry.header_bytes()), &mut |id, hashes| match tiles {
            // A tile is derived: one that cannot be kept is made again by whoever needs it.
            Some(tiles) => write_missing_tile(tiles, id, hashes).or(Ok(())),
            None => Ok(()),
        })?;
        if header.seq == 0 {
            self.keys = LogKeys::of_genesis(entry.core(), entry.link);
        }
        if header.kind == kind::ROTATE_KEY {
            let taken = self.keys.take(header, entry.core());
            taken.map_err(|reason| at_record(entry, reason))?;
        }
        let size = self.edge.peaks().size();
        while self.next.as_ref().is_some_and(|(_, note)| note.head().size <= size) {
            self.check_next()?;
        }
        if self.anchor.as_ref().is_some_and(|anchor| anchor.head().size == size) {
            self.check_anchor()?;
        }
        if self.cosigned.first_key_value().is_some_and(|(first, _)| *first <= size) {
            self.check_cosigned(size)?;
        }
        if self.guard.as_ref().is_some_and(|guard| guard.head().size <= size) {
            self.check_guard();
        }
        Ok(())
    }

    /// Compares the note whose size has been reached, and goes on to the one after it.
    fn check_next(&mut self) -> Result<()> {
        let Some((at, note)) = self.next.take() else { return Ok(()) };
        let size = note.head().size;
        let reached = self.edge.peaks().size();
        if size < reached {
            // Only a note that came out of order can be about less than what was read.
            let previous = self.last.as_ref().map_or(reached, |last| last.head().size);
            let problem = NoteProblem::Order { found: size, previous };
            return Err(integrity(CHECKPOINTS_FILE, at, size, problem));
        }
        self.check(CHECKPOINTS_FILE, at, &note)?;
        self.last = Some(note);
        self.checked += 1;
        self.advance()
    }

    /// Compares the checkpoint that was kept, whose size has been reached.
    fn check_anchor(&mut self) -> Result<()> {
        let Some(anchor) = self.anchor.take() else { return Ok(()) };
        self.check(&anchor.name, 0, &anchor.checkpoint)
    }

    /// Compares the notes of the size that has been reached that others signed as well.
    fn check_cosigned(&mut self, size: u64) -> Result<()> {
        for (at, note) in self.cosigned.remove(&size).unwrap_or_default() {
            self.check(COSIGNED_FILE, at, &note)?;
            self.checked += 1;
        }
        Ok(())
    }

    /// Compares a note with the tree so far.
    fn check(&mut self, file: &str, at: u64, note: &Checkpoint) -> Result<()> {
        let TreeHead { size, root: signed } = note.head();
        let verified = self.keys.verify(note);
        verified.map_err(|problem| integrity(file, at, size, problem))?;
        let found = self.edge.peaks().root();
        if found != signed {
            return Err(flaw(file, at, size, Reason::TreeMismatch { size, found, signed }));
        }
        for witness in &self.witnesses {
            let seen = note.cosignature(witness);
            if let Some(seen) = seen.map_err(|problem| integrity(file, at, size, problem))? {
                self.cosignatures.retain(|(_, earlier)| earlier.witness != seen.witness);
                self.cosignatures.push((note.head(), seen));
            }
        }
        Ok(())
    }

    /// Reads the next note. One about a tree of no records says nothing and is nobody's.
    fn advance(&mut self) -> Result<()> {
        self.next = match &mut self.source {
            Source::Nothing => None,
            Source::One(note) => {
                let note = (**note).clone();
                self.source = Source::Nothing;
                Some(note)
            }
            Source::Stream(notes) => {
                let next = notes.next().transpose()?;
                if next.is_none() {
                    self.unterminated = notes.is_unterminated().then(|| notes.at());
                }
                next
            }
        };
        if let Some((at, _)) = self.next.as_ref().filter(|(_, note)| note.head().size == 0) {
            let problem = NoteProblem::Order { found: 0, previous: 1 };
            return Err(integrity(CHECKPOINTS_FILE, *at, 0, problem));
        }
        Ok(())
    }

    fn check_guard(&mut self) {
        let Some(guard) = self.guard.take() else { return };
        let TreeHead { size: guarded, root } = guard.head();
        self.guard_state = match self.keys.verify(&guard) {
            Err(problem) => GuardState::Contradicted(GuardProblem::Damaged { problem }),
            Ok(()) if guarded < self.edge.peaks().size() || root != self.edge.peaks().root() => {
                GuardState::Contradicted(GuardProblem::OtherRoot { guarded })
            }
            Ok(()) => GuardState::Holds { size: guarded },
        };
    }

    /// A size that was signed and not reached. A note whose signature does not hold says nothing about
    /// how long the log was; one by a key that is not known may be by one that is lost with records.
    pub(crate) fn beyond(&self) -> Result<Option<u64>> {
        let anchor = self.anchor.iter().map(|kept| (kept.name.as_str(), 0, &kept.checkpoint));
        let own = self.next.iter().map(|(at, note)| (CHECKPOINTS_FILE, *at, note));
        let cosigned = self.cosigned.values().flatten();
        let cosigned = cosigned.map(|(at, note)| (COSIGNED_FILE, *at, note));
        let Some((file, at, note)) = anchor.chain(own).chain(cosigned).next() else {
            return Ok(None);
        };
        let size = note.head().size;
        match self.keys.forged(note) {
            Some(problem) => Err(integrity(file, at, size, problem)),
            None => Ok(Some(size)),
        }
    }

    /// Where a note begins that was never ended.
    pub(crate) fn unterminated(&self) -> Option<u64> {
        self.unterminated
    }

    /// What came of it, and the edge of the tree, once everything was read.
    pub(crate) fn finish(mut self) -> (Watched, Edge) {
        if let Some(guard) = self.guard.take() {
            let size = self.edge.peaks().size();
            let problem = match self.keys.forged(&guard) {
                Some(problem) => GuardProblem::Damaged { problem },
                None => GuardProblem::Shorter { size, guarded: guard.head().size },
            };
            self.guard_state = GuardState::Contradicted(problem);
        }
        let watched = Watched {
            root: self.edge.peaks().root(),
            checkpoints: self.checked,
            last: self.last,
            unterminated: self.unterminated.is_some(),
            guard: self.guard_state,
            keys: self.keys,
            cosignatures: self.cosignatures,
        };
        (watched, self.edge)
    }
}

/// Reads the notes that others signed as well. One that was never ended is passed over.
fn read_cosigned<S: Storage>(storage: &S) -> Result<BTreeMap<u64, Vec<(u64, Checkpoint)>>> {
    let mut cosigned: BTreeMap<u64, Vec<_>> = BTreeMap::new();
    for note in Notes::open(storage, COSIGNED_FILE)?.into_iter().flatten() {
        let (at, note) = note?;
        cosigned.entry(note.head().size).or_default().push((at, note));
    }
    Ok(cosigned)
}

fn at_record(entry: &Entry<'_>, reason: Reason) -> Error {
    let (segment, offset) = (entry.segment.to_string(), entry.offset);
    Error::Integrity(Integrity { segment, offset, seq: entry.header.seq, reason })
}
