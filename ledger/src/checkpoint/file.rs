//! The file `checkpoints`: notes one after another, each written without its last byte, synced, and
//! then ended, so that whatever ends with its last line was written in full.

use std::io;

use super::note::{Checkpoint, NOTE_BYTES_MAX};
use super::problem::NoteProblem;
use crate::error::{Error, Integrity, Result};
use crate::reason::Reason;
use crate::storage::{Access, File, Storage, read_full};

/// The file of checkpoints, in the data directory.
pub const CHECKPOINTS_FILE: &str = "checkpoints";

/// The file of checkpoints that witnesses signed as well, in the data directory: notes like those of
/// [`CHECKPOINTS_FILE`], of any sizes and in any order. Nothing else holds these signatures.
pub const COSIGNED_FILE: &str = "cosigned";

/// What every signature line begins with.
const SIGNATURE_MARK: &[u8] = "— ".as_bytes();

/// Bytes that are read at a time.
const READ_BYTES: usize = 2 * NOTE_BYTES_MAX;

/// Bytes from the end in which the last whole note begins.
const TAIL_BYTES: u64 = 3 * NOTE_BYTES_MAX as u64;

/// The notes of a file, in order. Ends after the first error, and where the last note is not ended.
#[derive(Debug)]
pub struct Notes<F> {
    file: F,
    name: &'static str,
    /// Where the next note begins.
    at: u64,
    buffer: Vec<u8>,
    ended: bool,
    /// Whether bytes follow that are no whole note.
    unterminated: bool,
}

impl<F: File> Notes<F> {
    /// Opens the notes of [`CHECKPOINTS_FILE`] or [`COSIGNED_FILE`]; `None` if there is no such file.
    ///
    /// # Errors
    /// What the storage says.
    pub fn open<S: Storage<File = F>>(storage: &S, name: &'static str) -> Result<Option<Notes<F>>> {
        match storage.open(name, Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => {
                Ok(Some(Notes::from_offset(opened.map_err(Error::io("open", name))?, name, 0)))
            }
        }
    }

    fn from_offset(file: F, name: &'static str, at: u64) -> Notes<F> {
        Notes { file, name, at, buffer: Vec::new(), ended: false, unterminated: false }
    }

    /// Where the next note begins, or where the whole notes end.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Whether bytes follow the whole notes.
    pub(crate) fn is_unterminated(&self) -> bool {
        self.unterminated
    }

    fn read_next(&mut self) -> Result<Option<(u64, Checkpoint)>> {
        let end = loop {
            match end_of_note(&self.buffer, self.ended) {
                End::At(end) => break end,
                End::Unterminated => {
                    self.unterminated = !self.buffer.is_empty();
                    return Ok(None);
                }
                End::Unknown if self.buffer.len() > NOTE_BYTES_MAX => {
                    let found = self.buffer.len() as u64;
                    return Err(integrity(self.name, self.at, 0, NoteProblem::Long { found }));
                }
                End::Unknown => self.read_more()?,
            }
        };
        let note = Checkpoint::parse(self.buffer.get(..end).unwrap_or_default());
        let note = note.map_err(|problem| integrity(self.name, self.at, 0, problem))?;
        self.buffer.drain(..end);
        let at = self.at;
        self.at += end as u64;
        Ok(Some((at, note)))
    }

    fn read_more(&mut self) -> Result<()> {
        let held = self.buffer.len();
        self.buffer.resize(held + READ_BYTES, 0);
        let rest = self.buffer.get_mut(held..).unwrap_or_default();
        let read = read_full(&self.file, rest, self.at + held as u64);
        let read = read.map_err(Error::io("read", self.name))?;
        self.buffer.truncate(held + read);
        self.ended = read < READ_BYTES;
        Ok(())
    }
}

impl<F: File> Iterator for Notes<F> {
    /// Where the note begins, in bytes, and the note.
    type Item = Result<(u64, Checkpoint)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.unterminated {
            return None;
        }
        let next = self.read_next().transpose();
        self.unterminated |= matches!(next, Some(Err(_)));
        next
    }
}

enum End {
    At(usize),
    /// More bytes are needed to tell.
    Unknown,
    /// The file ends within the note.
    Unterminated,
}

/// Where the note ends that the bytes begin with: after its last signature line.
fn end_of_note(bytes: &[u8], ended: bool) -> End {
    let incomplete = if ended { End::Unterminated } else { End::Unknown };
    let mut at = 0;
    let mut signatures = false;
    let mut text = true;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        if !text && !rest.starts_with(SIGNATURE_MARK) {
            let could_be = rest.len() < SIGNATURE_MARK.len() && SIGNATURE_MARK.starts_with(rest);
            if could_be && !(ended && signatures) {
                return incomplete;
            }
            // Without a signature this is no note, which reading it will say.
            return End::At(at);
        }
        let Some(line) = rest.iter().position(|byte| *byte == b'\n') else { return incomplete };
        signatures |= !text;
        text &= line > 0;
        at += line + 1;
    }
}

/// The last checkpoint of a log of at most `size` records, as it was written: who needs to rely on it
/// verifies it. `origin` is the log's origin line ([`crate::LogKeys::origin`]).
///
/// # Errors
/// [`Error::Integrity`] for what is no note, or what the storage says.
pub fn latest_checkpoint<S: Storage>(
    storage: &S,
    origin: &str,
    size: u64,
) -> Result<Option<Checkpoint>> {
    let last = last_note(storage, origin)?.note.map(|(_, note)| note);
    if last.as_ref().is_none_or(|last| last.head().size <= size) {
        return Ok(last);
    }
    let mut latest = None;
    for note in Notes::open(storage, CHECKPOINTS_FILE)?.into_iter().flatten() {
        let (_, note) = note?;
        if note.head().size > size {
            break;
        }
        latest = Some(note);
    }
    Ok(latest)
}

/// What the end of the file holds.
#[derive(Debug, Default)]
pub(crate) struct LastNote {
    /// The last whole note, and where it begins.
    pub(crate) note: Option<(u64, Checkpoint)>,
    /// Where the whole notes end.
    pub(crate) end: u64,
    /// Whether a note follows that was never ended.
    pub(crate) unterminated: bool,
}

/// Reads the last notes of a file without those before.
pub(crate) fn last_note<S: Storage>(storage: &S, origin: &str) -> Result<LastNote> {
    let file = match storage.open(CHECKPOINTS_FILE, Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LastNote::default()),
        opened => opened.map_err(failed("open"))?,
    };
    let len = file.len().map_err(failed("measure"))?;
    let start = len.saturating_sub(TAIL_BYTES);
    let mut tail = vec![0; usize::try_from(len - start).unwrap_or(0)];
    let read = read_full(&file, &mut tail, start).map_err(failed("read"))?;
    tail.truncate(read);
    let first = if start == 0 { 0 } else { first_start(&tail, origin).unwrap_or(0) as u64 };
    let mut notes = Notes::from_offset(file, CHECKPOINTS_FILE, start + first);
    let mut last = None;
    for note in &mut notes {
        last = Some(note?);
    }
    Ok(LastNote { note: last, end: notes.at(), unterminated: notes.unterminated })
}

/// Where the first note begins in the middle of a file: an origin line is no other line of a note.
fn first_start(bytes: &[u8], origin: &str) -> Option<usize> {
    let line = format!("\n{origin}\n");
    let found = bytes.windows(line.len()).position(|window| window == line.as_bytes())?;
    Some(found + 1)
}

/// Cuts a note that was never ended.
pub(crate) fn cut_unterminated<S: Storage>(storage: &S, end: u64) -> Result<()> {
    let file = storage.open(CHECKPOINTS_FILE, Access::Write).map_err(failed("open"))?;
    file.set_len(end).map_err(failed("cut"))?;
    file.sync_all().map_err(failed("sync"))
}

/// A file of notes that is appended to.
#[derive(Debug)]
pub(super) struct NoteFile<F> {
    file: std::sync::Arc<F>,
    name: &'static str,
    end: u64,
}

impl<F: File> NoteFile<F> {
    /// Opens the file, and makes it first if it is not there. Its last note is then durable, and so is
    /// its name: what was read of it may have been in the page cache alone.
    pub(super) fn open<S: Storage<File = F>>(
        storage: &S,
        name: &'static str,
    ) -> Result<NoteFile<F>> {
        let file = match storage.open(name, Access::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                storage.create_new(name).map_err(Error::io("create", name))?
            }
            opened => opened.map_err(Error::io("open", name))?,
        };
        let end = file.len().map_err(Error::io("measure", name))?;
        write_end_again(&file, end, name)?;
        storage.sync_dir("").map_err(Error::io("sync", "."))?;
        Ok(NoteFile { file: file.into(), name, end })
    }

    /// The file without what stands behind its whole notes, which end at `end`.
    pub(super) fn ending_at(self, end: u64) -> Result<NoteFile<F>> {
        let NoteFile { file, name, .. } = self;
        if file.len().map_err(Error::io("measure", name))? > end {
            file.set_len(end).map_err(Error::io("cut", name))?;
            file.sync_all().map_err(Error::io("sync", name))?;
        }
        Ok(NoteFile { file, name, end })
    }

    /// The file after a note was appended durably: all but its last byte first, so that no torn write
    /// looks whole.
    pub(super) fn appended(&self, note: &Checkpoint) -> Result<NoteFile<F>> {
        let NoteFile { file, name, end: at } = self;
        let (last, rest) = note.as_bytes().split_last().expect("a note is not empty");
        let end = at + rest.len() as u64;
        file.write_at(rest, *at).map_err(Error::io("write", name))?;
        file.sync_data().map_err(Error::io("sync", name))?;
        file.write_at(&[*last], end).map_err(Error::io("write", name))?;
        file.sync_data().map_err(Error::io("sync", name))?;
        Ok(NoteFile { file: std::sync::Arc::clone(file), name, end: end + 1 })
    }
}

/// Writes as many bytes as a note may have at the end of a file once more, as they are, and syncs.
/// After an error of a sync the page cache may take bytes for clean that the disk does not have.
fn write_end_again<F: File>(file: &F, end: u64, name: &str) -> Result<()> {
    let start = end.saturating_sub(NOTE_BYTES_MAX as u64);
    let mut bytes = vec![0; usize::try_from(end - start).unwrap_or(0)];
    let read = read_full(file, &mut bytes, start).map_err(Error::io("read", name))?;
    bytes.truncate(read);
    file.write_at(&bytes, start).map_err(Error::io("write", name))?;
    file.sync_all().map_err(Error::io("sync", name))
}

/// The error for a note of the file; `size` is that of its tree, as far as it is known.
pub(super) fn integrity(name: &str, offset: u64, size: u64, problem: NoteProblem) -> Error {
    flaw(name, offset, size, Reason::Checkpoint { problem })
}

pub(super) fn flaw(name: &str, offset: u64, seq: u64, reason: Reason) -> Error {
    Error::Integrity(Integrity { segment: name.to_owned(), offset, seq, reason })
}

fn failed(action: &'static str) -> impl FnOnce(io::Error) -> Error {
    Error::io(action, CHECKPOINTS_FILE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Signer, TreeHead};
    use crate::storage::Memory;
    use crate::tree::Root;

    const ORIGIN: &str = "example.org/node/0123456789abcdef";

    fn note(size: u64) -> Checkpoint {
        let signer = Signer::new(ORIGIN, &[1; 32]).unwrap();
        signer.sign(TreeHead { size, root: Root([9; 32]) }).unwrap()
    }

    fn written(count: u64) -> (Memory, Vec<u64>) {
        let disk = Memory::new();
        let mut file = NoteFile::open(&disk, CHECKPOINTS_FILE).unwrap();
        let mut ends = vec![0];
        for size in 1..=count {
            file = file.appended(&note(size)).unwrap();
            ends.push(file.end);
        }
        (disk, ends)
    }

    #[test]
    fn notes_are_read_as_they_were_appended() {
        let (disk, ends) = written(500);
        let notes: Vec<_> =
            Notes::open(&disk, CHECKPOINTS_FILE).unwrap().unwrap().map(Result::unwrap).collect();
        assert_eq!(notes.len(), 500);
        assert!(notes.iter().zip(&ends).all(|((at, _), end)| at == end));
        let last = last_note(&disk, ORIGIN).unwrap();
        assert_eq!(last.note.unwrap().1.head().size, 500);
        assert_eq!((last.end, last.unterminated), (ends[500], false));
    }

    #[test]
    fn a_note_cut_anywhere_is_an_unterminated_one() {
        let (disk, ends) = written(3);
        let bytes = disk.read(CHECKPOINTS_FILE).unwrap();
        for len in ends[2] + 1..ends[3] {
            disk.write(CHECKPOINTS_FILE, &bytes[..usize::try_from(len).unwrap()]);
            let last = last_note(&disk, ORIGIN).unwrap();
            assert_eq!(last.note.unwrap().1.head().size, 2, "cut at {len}");
            assert_eq!((last.end, last.unterminated), (ends[2], true), "cut at {len}");
            cut_unterminated(&disk, last.end).unwrap();
            assert!(!last_note(&disk, ORIGIN).unwrap().unterminated);
        }
    }

    #[test]
    fn what_is_no_note_is_found_where_it_stands() {
        let (disk, ends) = written(3);
        let whole = disk.read(CHECKPOINTS_FILE).unwrap();
        let middle = usize::try_from(ends[1]).unwrap();
        for garbage in ["\n", "garbage\n", "— x AAAA\n", "a\n\nb\n"] {
            let bytes = [&whole[..middle], garbage.as_bytes(), &whole[middle..]].concat();
            disk.write(CHECKPOINTS_FILE, &bytes);
            let notes: Vec<_> = Notes::open(&disk, CHECKPOINTS_FILE).unwrap().unwrap().collect();
            let bad = notes.iter().position(std::result::Result::is_err);
            assert!(bad.is_some_and(|bad| bad <= 1), "{garbage:?}");
            assert!(last_note(&disk, ORIGIN).is_err(), "{garbage:?}");
        }
    }

    #[test]
    fn power_loss_leaves_whole_notes_and_at_most_one_unterminated() {
        let (before, ends) = written(2);
        for seed in 0..400_u64 {
            let disk = before.fork();
            let file = NoteFile::open(&disk, CHECKPOINTS_FILE).unwrap();
            disk.lose_power_after(seed % 5);
            let appended = file.appended(&note(3));
            let mut dice = seed;
            disk.crash(&mut |n| {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (dice >> 33) % n
            });
            let last = last_note(&disk, ORIGIN).unwrap();
            let size = last.note.unwrap().1.head().size;
            let expected = if appended.is_ok() { 3..=3 } else { 2..=3 };
            assert!(expected.contains(&size), "seed {seed}: size {size}");
            assert!(last.end == ends[2] || size == 3, "seed {seed}");
        }
    }
}
