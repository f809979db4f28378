//! What a writer does before its first reply: saves and cuts a torn tail, and writes the last
//! batch again, since the page cache may hold bytes that never reached the disk.

use std::io;

use crate::error::{Error, Result};
use crate::scan::{BatchStart, Collector, Cursor, Layout, Segment, TornTail};
use crate::segment::{LOG_DIR, torn_path};
use crate::storage::{Access, File, Storage, read_full};
use crate::tail::{Tail, Torn};

/// Bytes that are copied at a time.
const COPY_BYTES: usize = 1 << 20;

/// Makes everything that was read durable, and everything else gone.
pub(crate) fn recover<S: Storage>(
    storage: &S,
    layout: &Layout,
    collector: &Collector,
    torn: Option<&TornTail>,
) -> Result<Tail> {
    for path in &layout.temporaries {
        storage.remove(path).map_err(Error::io("remove", path))?;
    }
    let tail = match torn {
        None => Tail::Whole,
        Some(tail) => {
            let saved_as = save(storage, layout.last(), tail)?;
            cut(storage, layout.last(), tail)?;
            Tail::Cut(Torn::new(layout, tail, Some(saved_as)))
        }
    };
    write_again(storage, layout, collector.last_batch, collector.end)?;
    Ok(tail)
}

/// Copies the torn bytes into a file of their own that was not there before, and syncs it.
fn save<S: Storage>(storage: &S, segment: &Segment, tail: &TornTail) -> Result<String> {
    let (path, copy) = create_torn(storage, tail.bad.seq)?;
    let from = storage.open(&segment.path, Access::Read);
    let from = from.map_err(Error::io("open", &segment.path))?;
    let start = tail.bad.at.offset;
    let copied = each_piece(&from, &segment.path, start, tail.end, |bytes, offset| {
        copy.write_at(bytes, offset - start).map_err(Error::io("write", &path))
    });
    let synced = copied.and_then(|()| copy.sync_all().map_err(Error::io("sync", &path)));
    if let Err(error) = synced {
        // Half a copy is no evidence; what it was copied from is still there.
        drop(storage.remove(&path));
        return Err(error);
    }
    storage.sync_dir(LOG_DIR).map_err(Error::io("sync", LOG_DIR))?;
    Ok(path)
}

fn create_torn<S: Storage>(storage: &S, seq: u64) -> Result<(String, S::File)> {
    let mut number = 0;
    loop {
        let path = torn_path(seq, number);
        match storage.create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            created => return created.map_err(Error::io("create", &path)).map(|file| (path, file)),
        }
    }
}

fn cut<S: Storage>(storage: &S, segment: &Segment, tail: &TornTail) -> Result<()> {
    let path = &segment.path;
    let file = storage.open(path, Access::Write).map_err(Error::io("open", path))?;
    file.set_len(tail.bad.at.offset).map_err(Error::io("cut", path))?;
    file.sync_all().map_err(Error::io("sync", path))
}

/// Writes the last batch in place, byte for byte, and syncs it with its directory. It may lie in
/// the segment before the last, when that one has only a header.
fn write_again<S: Storage>(
    storage: &S,
    layout: &Layout,
    batch: BatchStart,
    end: Cursor,
) -> Result<()> {
    let segment = layout.segments.get(batch.at.segment).expect("batches lie in the layout");
    let path = &segment.path;
    let end = if end.segment == batch.at.segment { end.offset } else { segment.len };
    let file = storage.open(path, Access::Write).map_err(Error::io("open", path))?;
    each_piece(&file, path, batch.at.offset, end, |bytes, offset| {
        file.write_at(bytes, offset).map_err(Error::io("write", path))
    })?;
    file.sync_all().map_err(Error::io("sync", path))?;
    storage.sync_dir(LOG_DIR).map_err(Error::io("sync", LOG_DIR))
}

/// Reads a file from `start` to `end` piece by piece.
fn each_piece<F: File>(
    file: &F,
    path: &str,
    start: u64,
    end: u64,
    mut piece: impl FnMut(&[u8], u64) -> Result<()>,
) -> Result<()> {
    let mut buffer = vec![0; COPY_BYTES];
    let mut at = start;
    while at < end {
        let want = usize::try_from(end - at).unwrap_or(COPY_BYTES).min(COPY_BYTES);
        let part = buffer.get_mut(..want).unwrap_or_default();
        let read = read_full(file, part, at).map_err(Error::io("read", path))?;
        if read < want {
            let short = io::Error::from(io::ErrorKind::UnexpectedEof);
            return Err(Error::io("read", path)(short));
        }
        piece(part, at)?;
        at += want as u64;
    }
    Ok(())
}
