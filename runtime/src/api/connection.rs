//! The life of one client: one task that reads, asks, and writes, and waits for what comes first.

use super::desk::{Desk, Handled, Made};
use super::fault::{Fault, Trouble};
use super::inbound::Inbound;
use super::limits::{
    CLIENTS_MAX, FRAME_BYTES_MAX, FRAME_TIME_MAX, IN_FLIGHT_MAX, OUT_BYTES_MAX, STALL_MAX,
};
use super::outbox::Sent;
use super::shared::PIECE_BYTES;
use crate::driver::Numbered;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{Interest, Ready};
use tokio::net::UnixStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::task::yield_now;
use tokio::time::{Sleep, sleep};

/// How long a command waits before it is offered again to a kernel whose queue is full.
const QUEUE_WAIT: Duration = Duration::from_millis(2);

type Timer = Option<Pin<Box<Sleep>>>;
type Permit = Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>;

/// One client.
pub(super) struct Connection {
    stream: UnixStream,
    inbound: Inbound,
    desk: Desk,
    closing: watch::Receiver<bool>,
    is_closing: bool,
    /// Whether every whole line was taken, so that there is something to read.
    is_drained: bool,
    /// Whether the socket took no more.
    is_blocked: bool,
    /// Memory that is being waited for.
    room: Option<Permit>,
    stall: Timer,
    frame: Timer,
    queue: Timer,
}

/// Why a connection ends.
enum End {
    /// The client went away, or everything was said.
    Done,
    /// Something that it is told.
    Fault(Fault),
}

/// What a connection waits for.
enum Event {
    Answer(Option<Numbered>),
    Made(Option<Made>),
    Ready(Ready),
    Closing,
    Leave,
    Room(Option<OwnedSemaphorePermit>),
    Stalled,
    Slow,
    Queue,
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> End {
        End::Done
    }
}

impl Connection {
    pub(super) fn new(stream: UnixStream, desk: Desk, closing: watch::Receiver<bool>) -> Self {
        Connection {
            stream,
            inbound: Inbound::default(),
            desk,
            closing,
            is_closing: false,
            is_drained: true,
            is_blocked: false,
            room: None,
            stall: None,
            frame: None,
            queue: None,
        }
    }

    /// Serves the client until it goes away or has to.
    pub(super) async fn run(mut self) {
        let Err(end) = self.live().await;
        if let End::Fault(fault) = end {
            self.desk.tell(&fault);
            // Whoever does not read does not learn why, either.
            let _ = self.desk.outbox.send(&self.stream);
        }
    }

    async fn live(&mut self) -> Result<Infallible, End> {
        loop {
            self.desk.collect();
            self.take_requests()?;
            self.send()?;
            if self.is_done() {
                return Err(End::Done);
            }
            if self.could_take() {
                // The others are next.
                yield_now().await;
            } else {
                self.wait().await?;
            }
        }
    }

    /// Whether there are whole lines that could be dealt with now.
    fn could_take(&self) -> bool {
        let may = self.room.is_none() && self.queue.is_none();
        may && !self.is_drained && self.desk.takes_requests()
    }

    /// Deals with lines that were read, as many as one client may have in flight.
    fn take_requests(&mut self) -> Result<(), End> {
        if self.room.is_some() || self.queue.is_some() {
            return Ok(());
        }
        self.is_drained = false;
        let published = self.desk.published();
        for _ in 0..IN_FLIGHT_MAX {
            if !self.desk.takes_requests() {
                return Ok(());
            }
            let Some(line) = self.inbound.line() else { return self.read_on() };
            match self.desk.handle(line, &published) {
                Handled::Done => {
                    self.inbound.take_line();
                    self.frame = None;
                }
                Handled::QueueFull => {
                    self.queue = Some(Box::pin(sleep(QUEUE_WAIT)));
                    return Ok(());
                }
                Handled::NeedsRoom(pieces) => {
                    self.ask_for_room(pieces);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Every whole line is taken; what is left is the beginning of one.
    fn read_on(&mut self) -> Result<(), End> {
        self.is_drained = true;
        if self.inbound.is_too_long() {
            let message = format!("a line has more than {FRAME_BYTES_MAX} bytes");
            return Err(End::Fault(Fault::new(Trouble::FrameTooLong, message)));
        }
        if self.inbound.is_large() && !self.desk.has_room() {
            self.ask_for_room(FRAME_BYTES_MAX / PIECE_BYTES);
        }
        if self.inbound.len() == 0 {
            self.frame = None;
        } else if self.frame.is_none() {
            self.frame = Some(Box::pin(sleep(FRAME_TIME_MAX)));
        }
        Ok(())
    }

    fn ask_for_room(&mut self, pieces: usize) {
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        self.room = Some(Box::pin(acquire(self.desk.bytes(), pieces)));
    }

    fn send(&mut self) -> Result<(), End> {
        if self.desk.outbox.is_empty() {
            return Ok(());
        }
        match self.desk.outbox.send(&self.stream)? {
            Sent::All => (self.is_blocked, self.stall) = (false, None),
            Sent::Some => {
                (self.is_blocked, self.stall) = (true, Some(Box::pin(sleep(STALL_MAX))));
            }
            Sent::Nothing => {
                self.is_blocked = true;
                self.stall.get_or_insert_with(|| Box::pin(sleep(STALL_MAX)));
            }
        }
        if self.desk.outbox.is_over() {
            let message = format!("more than {OUT_BYTES_MAX} bytes of answers are unread");
            return Err(End::Fault(Fault::new(Trouble::TooSlow, message)));
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        let nothing_comes = self.inbound.has_ended && self.is_drained || self.is_closing;
        nothing_comes && self.desk.is_idle() && self.desk.outbox.is_empty()
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self) -> Result<(), End> {
        let reads = self.is_drained
            && !self.inbound.has_ended
            && !self.is_closing
            && self.room.is_none()
            && self.desk.takes_requests();
        if !reads {
            // The client cannot help it that its line is not read on.
            self.frame = None;
        }
        let interest = match (reads, self.is_blocked) {
            (true, true) => Some(Interest::READABLE | Interest::WRITABLE),
            (true, false) => Some(Interest::READABLE),
            (false, true) => Some(Interest::WRITABLE),
            (false, false) => None,
        };
        let event = tokio::select! {
            biased;
            numbered = self.desk.answers.1.recv() => Event::Answer(numbered),
            made = self.desk.made.1.recv(), if !self.desk.outbox.is_paused() => Event::Made(made),
            ready = ready(&self.stream, interest) => Event::Ready(ready?),
            () = closed(&mut self.closing), if !self.is_closing => Event::Closing,
            () = asked_to_leave(&mut self.desk.slot.leave) => Event::Leave,
            permit = granted(&mut self.room) => Event::Room(permit),
            () = over(&mut self.stall) => Event::Stalled,
            () = over(&mut self.frame) => Event::Slow,
            () = over(&mut self.queue) => Event::Queue,
        };
        self.react(event, reads)
    }

    fn react(&mut self, event: Event, reads: bool) -> Result<(), End> {
        match event {
            Event::Answer(numbered) => self.desk.settle_first(numbered),
            Event::Made(made) => self.desk.take_first(made),
            Event::Ready(ready) => self.read(ready, reads)?,
            Event::Closing => {
                // The kernel goes: what is under way is answered, and nothing more is read.
                self.is_closing = true;
                self.desk.end_waits();
            }
            Event::Leave => {
                let message = format!("there are {CLIENTS_MAX} clients, and others are known");
                return Err(End::Fault(Fault::new(Trouble::TooManyClients, message)));
            }
            Event::Room(permit) => {
                self.room = None;
                self.desk.give_room(permit);
            }
            Event::Stalled => {
                let message = format!("nothing was read for {} s", STALL_MAX.as_secs());
                return Err(End::Fault(Fault::new(Trouble::TooSlow, message)));
            }
            Event::Slow => {
                let message = format!("a line took over {} s", FRAME_TIME_MAX.as_secs());
                return Err(End::Fault(Fault::new(Trouble::FrameTooSlow, message)));
            }
            Event::Queue => self.queue = None,
        }
        Ok(())
    }

    fn read(&mut self, ready: Ready, reads: bool) -> Result<(), End> {
        if ready.is_writable() {
            self.is_blocked = false;
        }
        if reads && (ready.is_readable() || ready.is_read_closed()) {
            self.inbound.read(&self.stream)?;
            if self.inbound.has_ended {
                self.desk.end_waits();
            }
        }
        Ok(())
    }
}

/// Waits until a switch is on, or whoever held it is gone.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn ready(stream: &UnixStream, interest: Option<Interest>) -> io::Result<Ready> {
    match interest {
        Some(interest) => stream.ready(interest).await,
        None => std::future::pending().await,
    }
}

async fn acquire(bytes: Arc<Semaphore>, pieces: u32) -> Option<OwnedSemaphorePermit> {
    bytes.acquire_many_owned(pieces).await.ok()
}

async fn granted(room: &mut Option<Permit>) -> Option<OwnedSemaphorePermit> {
    match room {
        Some(room) => room.await,
        None => std::future::pending().await,
    }
}

async fn asked_to_leave(leave: &mut Option<oneshot::Receiver<()>>) {
    if let Some(asked) = leave
        && asked.await.is_ok()
    {
        return;
    }
    *leave = None;
    std::future::pending::<()>().await;
}

async fn over(timer: &mut Timer) {
    match timer {
        Some(timer) => timer.as_mut().await,
        None => std::future::pending().await,
    }
}
