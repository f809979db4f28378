//! Finding a snapshot to begin from.

use super::header::{HEADER_BYTES, Header, Snapshot};
use super::ignored::{Ignored, Why};
use super::name::{Found, SNAPSHOT_DIR, path};
use std::io;
use weft_ledger::storage::{Access, File};
use weft_ledger::{Hasher as _, Shake, Storage};
use weft_projections::snapshot::SNAPSHOT_BYTES_MAX;
use weft_projections::{DIGEST_BYTES, Digest, STATE_VERSION, Seq, State};

/// The newest snapshot in which nothing is wrong and whose header fits, and what was passed over to get there, newest first.
pub fn newest(
    storage: &impl Storage,
    fits: impl Fn(&Header) -> bool,
) -> (Option<Snapshot>, Vec<Ignored>) {
    let found = match Found::list(storage) {
        Ok(found) => found,
        Err(error) => {
            let ignored = Ignored { file: SNAPSHOT_DIR.to_owned(), why: error.into() };
            return (None, vec![ignored]);
        }
    };
    let mut ignored = Vec::new();
    for seq in found.snapshots {
        match read(storage, seq, &fits) {
            Ok(snapshot) => return (Some(snapshot), ignored),
            Err(why) => ignored.push(Ignored { file: path(seq), why }),
        }
    }
    (None, ignored)
}

fn read(storage: &impl Storage, seq: Seq, fits: impl Fn(&Header) -> bool) -> Result<Snapshot, Why> {
    let (header, bytes) = read_checked(&storage.open(&path(seq), Access::Read)?)?;
    let Header { state_version, head, batch: _, root: expected } = header;
    if head.seq != seq {
        return Err(Why::Name { found: head.seq });
    }
    if state_version != STATE_VERSION {
        return Err(Why::StateVersion { found: state_version });
    }
    if !fits(&header) {
        return Err(Why::Misfit { seq, link: head.link });
    }
    let state = State::from_snapshot(&bytes)?;
    if state.kernel.last().is_none_or(|last| (last.seq, last.time) != (seq, head.time)) {
        return Err(Why::Record);
    }
    let found = state.root();
    if found == expected {
        Ok(Snapshot { header, state })
    } else {
        Err(Why::Root { found, expected })
    }
}

/// The header and the bytes of State, as they were written.
fn read_checked(file: &impl File) -> Result<(Header, Vec<u8>), Why> {
    let found = file.len()?;
    let around = (HEADER_BYTES + DIGEST_BYTES) as u64;
    let state_bytes = found.checked_sub(around).ok_or(Why::Length { found })?;
    let mut start = [0; HEADER_BYTES];
    read_exact(file, &mut start, 0)?;
    let (header, stated) = Header::decode(&start).ok_or(Why::Magic)?;
    // The length of the file bounds what a header can say, and the limit what a file can.
    let state_len = usize::try_from(state_bytes).ok().filter(|len| *len <= SNAPSHOT_BYTES_MAX);
    let state_len = state_len.filter(|_| stated == state_bytes).ok_or(Why::Length { found })?;
    let mut bytes = vec![0; state_len];
    read_exact(file, &mut bytes, start.len() as u64)?;
    let mut digest = [0; DIGEST_BYTES];
    read_exact(file, &mut digest, start.len() as u64 + state_bytes)?;
    let (found, expected) = (Digest(Shake::hash(&[&start, &bytes]).0), Digest(digest));
    if found == expected { Ok((header, bytes)) } else { Err(Why::Damaged { found, expected }) }
}

/// Fills the buffer from `offset` on.
fn read_exact(file: &impl File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + done as u64) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
