//! Reads, checks and collects: on one thread, or with workers between a reading thread and the
//! caller's own.

use std::collections::BTreeMap;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::error::Result;
use crate::hash::Hasher;
use crate::scan::chunk::{Chunk, Chunks, Cursor};
use crate::scan::collect::{Collector, Flow, Stop, Visit};
use crate::scan::layout::Layout;
use crate::storage::Storage;

/// Chunks per worker that are being read, checked or waiting: this bounds the memory of a scan.
const CHUNKS_PER_WORKER: usize = 3;

/// Told how many bytes of how many are done.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Where the caller hears of records and of progress.
pub(crate) struct Listener<'a> {
    pub(crate) visit: Visit<'a>,
    pub(crate) progress: Progress<'a>,
}

/// Scans from where the collector stands to the end, or to the first bad or doubtful frame of the last
/// segment.
pub(crate) fn scan<S: Storage, H: Hasher>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &mut Collector,
    listener: &mut Listener<'_>,
) -> Result<Option<Stop>> {
    let chunks = Chunks::new(storage, layout, collector.end);
    let done = layout.bytes_before(collector.end);
    let mut sink = Sink { layout, collector, listener, total: layout.bytes(), done };
    if threads <= 1 {
        scan_inline::<S, H>(chunks, &mut sink)
    } else {
        scan_with_workers::<S, H>(chunks, threads, &mut sink)
    }
}

/// Takes chunks in order.
struct Sink<'a, 'b> {
    layout: &'a Layout,
    collector: &'a mut Collector,
    listener: &'a mut Listener<'b>,
    total: u64,
    done: u64,
}

impl Sink<'_, '_> {
    fn take(&mut self, chunk: &mut Chunk) -> Result<Flow> {
        self.done += chunk.bytes.len() as u64;
        let flow = self.collector.take(chunk, self.layout, self.listener.visit)?;
        (self.listener.progress)(self.done, self.total);
        Ok(flow)
    }
}

fn check<H: Hasher>(layout: &Layout, chunk: &mut Chunk) {
    let Cursor { segment, .. } = chunk.at;
    let segment = layout.segments.get(segment).expect("chunks come from the layout");
    chunk.check::<H>(&segment.nonce);
}

fn scan_inline<S: Storage, H: Hasher>(
    mut chunks: Chunks<'_, S>,
    sink: &mut Sink<'_, '_>,
) -> Result<Option<Stop>> {
    let mut chunk = Chunk::new();
    while chunks.fill(&mut chunk) {
        check::<H>(sink.layout, &mut chunk);
        if let Flow::Stop(stop) = sink.take(&mut chunk)? {
            return Ok(Some(stop));
        }
    }
    Ok(None)
}

fn scan_with_workers<S: Storage, H: Hasher>(
    mut chunks: Chunks<'_, S>,
    threads: usize,
    sink: &mut Sink<'_, '_>,
) -> Result<Option<Stop>> {
    let count = threads * CHUNKS_PER_WORKER;
    let (give, free) = bounded::<Chunk>(count);
    let (read, unchecked) = bounded::<Chunk>(count);
    let (finish, checked) = bounded::<Chunk>(count);
    for _ in 0..count {
        give.send(Chunk::new()).expect("the channel has room for every chunk");
    }
    let layout = sink.layout;
    thread::scope(|scope| {
        scope.spawn(move || {
            while let Ok(mut chunk) = free.recv() {
                if !chunks.fill(&mut chunk) || read.send(chunk).is_err() {
                    return;
                }
            }
        });
        for _ in 0..threads {
            let (unchecked, finish) = (unchecked.clone(), finish.clone());
            scope.spawn(move || {
                while let Ok(mut chunk) = unchecked.recv() {
                    check::<H>(layout, &mut chunk);
                    if finish.send(chunk).is_err() {
                        return;
                    }
                }
            });
        }
        // The workers hold the other ends: when the last of them is done, collecting ends.
        drop((unchecked, finish));
        collect(sink, checked, give)
    })
}

/// Takes checked chunks in their order and gives them back to be filled again. Returning drops the
/// channels, and that ends the other threads.
#[expect(clippy::needless_pass_by_value, reason = "dropping the channels ends the other threads")]
fn collect(
    sink: &mut Sink<'_, '_>,
    checked: Receiver<Chunk>,
    give: Sender<Chunk>,
) -> Result<Option<Stop>> {
    let mut early: BTreeMap<u64, Chunk> = BTreeMap::new();
    let mut next = 0;
    for chunk in &checked {
        early.insert(chunk.number, chunk);
        while let Some(mut chunk) = early.remove(&next) {
            next += 1;
            if let Flow::Stop(stop) = sink.take(&mut chunk)? {
                return Ok(Some(stop));
            }
            // The reading thread may be done already and need no more chunks.
            drop(give.send(chunk));
        }
    }
    Ok(None)
}
