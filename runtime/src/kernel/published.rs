//! What readers see: State and head as of the last durable batch.

use arc_swap::ArcSwap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use weft_projections::{Digest, Seq, State, Time};

/// Where the durable log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last record.
    pub seq: Seq,
    /// Its link.
    pub link: Digest,
    /// Its time.
    pub time: Time,
}

impl Head {
    /// The ledger's head; there is always at least record 0.
    pub(crate) fn of(head: weft_ledger::Head) -> Head {
        Head {
            seq: Seq(head.size.saturating_sub(1)),
            link: Digest(head.link.0),
            time: Time(head.time),
        }
    }
}

/// An immutable State with the head it was folded up to. Cloning State shares its structure.
#[derive(Debug, Clone)]
pub struct Published {
    /// The fold of every durable record.
    pub state: State,
    /// The last of them.
    pub head: Head,
}

/// Whether there can be any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Expected,
    Ended,
}

/// Where the latest [`Published`] hangs. Reading takes no lock; only who waits for news does, and the
/// committing thread once per batch.
#[derive(Debug)]
pub(crate) struct Board {
    latest: ArcSwap<Published>,
    news: Mutex<News>,
    arrived: Condvar,
}

impl Board {
    pub(crate) fn new(first: Published) -> Board {
        Board {
            latest: ArcSwap::from_pointee(first),
            news: Mutex::new(News::Expected),
            arrived: Condvar::new(),
        }
    }

    pub(crate) fn read(&self) -> Arc<Published> {
        self.latest.load_full()
    }

    pub(crate) fn publish(&self, published: Published) {
        self.latest.store(Arc::new(published));
        // Taken and released, so that a reader between its check and its wait cannot miss this.
        drop(self.news());
        self.arrived.notify_all();
    }

    /// Nothing is published after this; nobody waits for it any more.
    pub(crate) fn end(&self) {
        *self.news() = News::Ended;
        self.arrived.notify_all();
    }

    pub(crate) fn has_ended(&self) -> bool {
        *self.news() == News::Ended
    }

    /// The latest State once it is past `seq`, or as it is after `timeout`, or when the kernel has
    /// stopped.
    pub(crate) fn wait_past(&self, seq: Seq, timeout: Duration) -> Arc<Published> {
        let nothing_new =
            |news: &mut News| *news == News::Expected && self.latest.load().head.seq <= seq;
        drop(self.arrived.wait_timeout_while(self.news(), timeout, nothing_new));
        self.read()
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
