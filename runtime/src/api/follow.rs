//! Streams: records as they come, and what processes print.

use super::desk::{Desk, Made};
use super::fault::{Fault, Trouble};
use super::hooks::Printout;
use super::json::Record;
use super::limits::OUTPUT_BYTES_MAX;
use super::queries::Filter;
use super::reading::{line, permit};
use super::session::Who;
use super::shared::Shared;
use super::wire;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::task::yield_now;
use weft_commands::View;
use weft_projections::{Pid, Seq};

/// Records that are read and handed over together.
const RECORDS_AT_ONCE: u64 = 256;

/// What somebody wants to follow.
pub(super) struct Wish {
    pub(super) who: Who,
    pub(super) filter: Filter,
    /// Whether only its own records may be seen.
    pub(super) only: bool,
    /// The first record.
    pub(super) next: Seq,
}

#[derive(Serialize)]
struct Subscribed {
    subscription: u64,
}

#[derive(Serialize)]
struct Recorded<'a> {
    subscription: u64,
    record: &'a Record,
}

#[derive(Serialize)]
struct Printed<'a> {
    subscription: u64,
    text: &'a str,
}

#[derive(Serialize)]
struct Ended {
    subscription: u64,
    reason: &'static str,
}

#[derive(Serialize)]
struct Output {
    pid: u64,
    text: String,
    subscription: Option<u64>,
}

/// Where the lines of a stream go.
struct Sink {
    stream: u64,
    made: mpsc::Sender<Made>,
}

/// The connection is gone.
struct Gone;

impl Sink {
    fn open(desk: &mut Desk) -> Sink {
        let stream = desk.next_stream;
        desk.next_stream += 1;
        Sink { stream, made: desk.made.0.clone() }
    }

    async fn put(&self, lines: Vec<u8>) -> Result<(), Gone> {
        self.made.send(Made::Notice(lines)).await.map_err(|_| Gone)
    }

    async fn end(&self, method: &str, reason: &'static str) {
        let mut line = Vec::new();
        wire::notice(&mut line, method, &Ended { subscription: self.stream, reason });
        let _ = self.made.send(Made::End(self.stream, line)).await;
    }
}

/// Answers with a subscription, and then sends the records that fit as they become durable.
pub(super) fn records(desk: &mut Desk, id: &str, wish: Wish) {
    let (sink, shared) = (Sink::open(desk), desk.shared.clone());
    let stream = sink.stream;
    wire::answer(&mut desk.outbox.bytes, id, &Subscribed { subscription: stream });
    let task = desk.tasks.spawn(async move {
        if let Ok(reason) = send_records(&shared, &sink, wish).await {
            sink.end("log.ended", reason).await;
        }
    });
    desk.streams.insert(stream, task);
}

/// Sends records until there are no more, and returns why.
async fn send_records(shared: &Shared, sink: &Sink, mut wish: Wish) -> Result<&'static str, Gone> {
    let mut news = shared.handle.news();
    loop {
        let head = *news.borrow_and_update();
        while wish.next <= head {
            if !wish.is_permitted(shared) {
                return Ok("denied");
            }
            let Some(lines) = wish.read(shared, sink.stream, head) else { return Ok("unreadable") };
            if lines.is_empty() {
                // However little fits, the others have their turn.
                yield_now().await;
            } else {
                sink.put(lines).await?;
            }
        }
        if news.changed().await.is_err() {
            // What was published last is sent, too.
            if wish.next > shared.head() {
                return Ok("stopped");
            }
        }
    }
}

impl Wish {
    fn is_permitted(&self, shared: &Shared) -> bool {
        let published = shared.handle.published();
        let actor = self.who.actor(&published.state);
        let view = match actor.pid() {
            Some(pid) if self.only => View::Process(pid),
            Some(_) | None => View::Everything,
        };
        permit(&published, actor, view).is_ok()
    }

    /// The next records up to `head`, as lines; `None` when the log cannot be read.
    fn read(&mut self, shared: &Shared, stream: u64, head: Seq) -> Option<Vec<u8>> {
        let end = head.next().0.min(self.next.0 + RECORDS_AT_ONCE);
        let mut lines = Vec::new();
        for entry in shared.handle.reader().range(self.next.0..end) {
            let entry = entry.ok()?;
            if self.filter.fits(&entry).ok()? {
                let record = Record::new(&entry, &crate::view(&entry).ok()?);
                wire::notice(
                    &mut lines,
                    "log.record",
                    &Recorded { subscription: stream, record: &record },
                );
            }
        }
        self.next = Seq(end);
        Some(lines)
    }
}

/// Answers with the end of what a process printed, and then, if asked, with what follows.
pub(super) fn output(
    desk: &mut Desk,
    id: &str,
    who: Who,
    pid: Pid,
    follow: bool,
) -> Result<(), Fault> {
    let outputs = desk.shared.hooks.outputs.clone();
    let Printout { mut end, more } = outputs
        .printout(pid, OUTPUT_BYTES_MAX)
        .map_err(|error| Fault::new(Trouble::Error, format!("output of {pid}: {error}")))?;
    let more = more.filter(|_| follow);
    // What follows begins with the rest of a character that is cut off here.
    let rest = if more.is_some() { end.split_off(whole(&end)) } else { Vec::new() };
    let text = String::from_utf8_lossy(&end).into_owned();
    let sink = follow.then(|| Sink::open(desk));
    let subscription = sink.as_ref().map(|sink| sink.stream);
    let answer = line(id, Ok(Output { pid: pid.get(), text, subscription }));
    desk.outbox.bytes.extend_from_slice(&answer);
    let Some(sink) = sink else { return Ok(()) };
    let (stream, shared) = (sink.stream, desk.shared.clone());
    let task = desk.tasks.spawn(async move {
        let reason = match more {
            Some(more) => send_output(&shared, &sink, (who, pid), rest, more).await,
            None => Ok("ended"),
        };
        if let Ok(reason) = reason {
            sink.end("process.ended", reason).await;
        }
    });
    desk.streams.insert(stream, task);
    Ok(())
}

async fn send_output(
    shared: &Shared,
    sink: &Sink,
    (who, pid): (Who, Pid),
    mut rest: Vec<u8>,
    mut printed: broadcast::Receiver<Arc<[u8]>>,
) -> Result<&'static str, Gone> {
    loop {
        let complete = match printed.recv().await {
            Ok(chunk) => {
                rest.extend_from_slice(&chunk);
                whole(&rest)
            }
            Err(RecvError::Lagged(_)) => return Ok("too_slow"),
            Err(RecvError::Closed) if rest.is_empty() => return Ok("ended"),
            // The rest of a character does not come any more.
            Err(RecvError::Closed) => rest.len(),
        };
        if complete == 0 {
            continue;
        }
        let published = shared.handle.published();
        if permit(&published, who.actor(&published.state), View::Process(pid)).is_err() {
            return Ok("denied");
        }
        let text = String::from_utf8_lossy(rest.get(..complete).unwrap_or_default());
        let mut line = Vec::new();
        wire::notice(
            &mut line,
            "process.printed",
            &Printed { subscription: sink.stream, text: &text },
        );
        rest.drain(..complete);
        sink.put(line).await?;
    }
}

/// Bytes up to a character that is cut off at the end.
fn whole(bytes: &[u8]) -> usize {
    let end = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    match std::str::from_utf8(end) {
        Err(error) if error.error_len().is_none() => bytes.len() - end.len(),
        Ok(_) | Err(_) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn only_a_character_that_is_cut_off_waits() {
        for (bytes, expected) in [
            (&b""[..], 0),
            (b"ab", 2),
            (b"a\xc3\xa9", 3),
            (b"a\xc3", 1),
            (b"\xf0\x9f\x98", 0),
            (b"\xff\xc3", 1),
            (b"\xc3a", 2),
            (b"a\xff", 2),
        ] {
            assert_eq!(whole(bytes), expected, "{bytes:x?}");
        }
    }
}
