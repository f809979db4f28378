//! Copying checkpoints: by the form of a signed note (<https://c2sp.org/signed-note>) and the size
//! in it. Their signatures are looked at by whoever reads them.

use std::io;

use crate::error::{Error, Result};
use crate::locks::DATA_DIR;
use crate::storage::{Access, File, Storage, read_full};

/// The file of checkpoints, in the data directory.
pub(crate) const CHECKPOINTS_FILE: &str = "checkpoints";

/// Most bytes of a note.
const NOTE_BYTES_MAX: usize = 64 << 10;

/// Bytes that are read at a time.
const PIECE_BYTES: usize = 256 << 10;

/// What every signature's line begins with.
const SIGNATURE: &[u8] = "\u{2014} ".as_bytes();

const _: () = assert!(NOTE_BYTES_MAX < PIECE_BYTES, "a piece holds a whole note");

/// Copies the whole notes of at most `size` records; how many.
pub(super) fn copy_notes<S: Storage, T: Storage>(source: &S, target: &T, size: u64) -> Result<u64> {
    let path = CHECKPOINTS_FILE;
    let from = match source.open(path, Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        opened => opened.map_err(Error::io("open", path))?,
    };
    let to = target.create_new(path).map_err(Error::io("create", path))?;
    let mut written = 0;
    let mut notes = 0;
    each_note(&from, &mut |note| {
        let fits = note.size <= size;
        if fits {
            to.write_at(note.bytes, written).map_err(Error::io("write", path))?;
            written += note.bytes.len() as u64;
            notes += 1;
        }
        Ok(())
    })?;
    to.sync_all().map_err(Error::io("sync", path))?;
    target.sync_dir(DATA_DIR).map_err(Error::io("sync", "."))?;
    Ok(notes)
}

/// One note, and the size of the log that it speaks of.
struct Note<'a> {
    bytes: &'a [u8],
    size: u64,
}

/// Shows every whole note; one at the end that is not may be what a crash left.
fn each_note<F: File>(file: &F, take: &mut dyn FnMut(&Note<'_>) -> Result<()>) -> Result<()> {
    let mut buffer = vec![0; PIECE_BYTES];
    let mut start = 0;
    loop {
        let read = read_full(file, &mut buffer, start);
        let read = read.map_err(Error::io("read", CHECKPOINTS_FILE))?;
        let at_end = read < buffer.len();
        let mut rest = buffer.get(..read).unwrap_or_default();
        while let Some(note) =
            first_note(rest, at_end).map_err(|()| Error::Note { offset: start })?
        {
            take(&note)?;
            start += note.bytes.len() as u64;
            rest = rest.get(note.bytes.len()..).unwrap_or_default();
        }
        if at_end {
            return Ok(());
        }
        if rest.len() > NOTE_BYTES_MAX {
            return Err(Error::Note { offset: start });
        }
    }
}

/// The note at the start of some bytes, if all of it is there: its text, an empty line, and lines of
/// signatures, which go on until another line or the end of the file.
fn first_note(bytes: &[u8], at_end: bool) -> std::result::Result<Option<Note<'_>>, ()> {
    let mut size = None;
    let (mut len, mut lines, mut signatures) = (0, 0, None);
    loop {
        let rest = bytes.get(len..).unwrap_or_default();
        let line = rest.iter().position(|byte| *byte == b'\n').and_then(|end| rest.get(..end));
        let is_signature = line.is_some_and(|line| line.starts_with(SIGNATURE));
        match (line, signatures) {
            (Some(_), Some(count)) if is_signature => signatures = Some(count + 1),
            (Some(_), Some(0)) => return Err(()),
            (Some(_), Some(_)) => break,
            (Some(b""), None) if lines >= 3 => signatures = Some(0),
            (Some(b""), None) => return Err(()),
            (Some(line), None) => {
                size = if lines == 1 { Some(number(line).ok_or(())?) } else { size };
                lines += 1;
            }
            (None, Some(1..)) if at_end => break,
            (None, _) => return Ok(None),
        }
        len += line.map_or(0, <[u8]>::len) + 1;
    }
    let bytes = bytes.get(..len).unwrap_or_default();
    size.map(|size| Some(Note { bytes, size })).ok_or(())
}

fn number(line: &[u8]) -> Option<u64> {
    let digits = line.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(line).ok().filter(|_| digits).and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Memory;

    fn note(size: u64, signatures: usize) -> String {
        let signature = "\u{2014} weft.example/0011 c2lnbmF0dXJl\n".repeat(signatures);
        format!("weft.example/0011\n{size}\ncm9vdA==\n\n{signature}")
    }

    fn copied(text: &str, size: u64) -> Result<(u64, String)> {
        let (from, to) = (Memory::new(), Memory::new());
        from.write(CHECKPOINTS_FILE, text.as_bytes());
        let notes = copy_notes(&from, &to, size)?;
        Ok((notes, String::from_utf8(to.read(CHECKPOINTS_FILE).unwrap()).unwrap()))
    }

    #[test]
    fn whole_notes_up_to_a_size_are_copied() {
        let text = [note(3, 1), note(9, 2), note(12, 1)].concat();
        assert_eq!(copied(&text, 12).unwrap(), (3, text.clone()));
        assert_eq!(copied(&text, 11).unwrap(), (2, [note(3, 1), note(9, 2)].concat()));
        assert_eq!(copied(&text, 2).unwrap(), (0, String::new()));
        let many: String = (0..20_000).map(|size| note(size, 1)).collect();
        assert_eq!(copied(&many, 19_998).unwrap().0, 19_999);
        assert_eq!(copy_notes(&Memory::new(), &Memory::new(), 9).unwrap(), 0);
    }

    #[test]
    fn a_last_note_that_is_cut_anywhere_is_left_out() {
        let (first, second) = (note(3, 1), note(9, 1));
        for cut in (1..second.len()).filter(|cut| second.is_char_boundary(*cut)) {
            let text = format!("{first}{}", &second[..cut]);
            assert_eq!(copied(&text, 99).unwrap(), (1, first.clone()), "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_note_is_damage() {
        let good = note(3, 1);
        let offset = good.len() as u64;
        for bad in ["\n", "x\ny\nz\n\n", "x\n1\nz\n\nno signature\n", "x\n1\n\n", "x\n+1\nz\n"] {
            let found = copied(&format!("{good}{bad}{good}"), 99).err();
            assert!(matches!(found, Some(Error::Note { offset: at }) if at == offset), "{bad:?}");
        }
        let endless = format!("{good}x\n1\n{}", "z\n".repeat(200_000));
        let found = copied(&endless, 9).err();
        assert!(matches!(found, Some(Error::Note { offset: at }) if at == offset), "{found:?}");
    }
}
