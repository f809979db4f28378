//! Inboxes and subscriptions.

use imbl::{OrdMap, OrdSet};
use rkyv::{Archive, Serialize};

use super::Error;
use super::check::{Ascending, ensure, limited};
use super::parts::{ArchivedStoredPayload, StoredPayload, actor, pid, text};
use crate::limits::{INBOX_MESSAGES_MAX, SUBSCRIPTIONS_PER_PROCESS_MAX};
use crate::state::{IpcRoutes, Message, ProcessTable};
use crate::{Pid, Seq, Time, TopicFilter};

#[derive(Archive, Serialize)]
pub(super) struct StoredIpcRoutes {
    inboxes: Vec<StoredInbox>,
    subscriptions: Vec<StoredSubscription>,
}

#[derive(Archive, Serialize)]
struct StoredInbox {
    pid: u64,
    messages: Vec<StoredMessage>,
}

#[derive(Archive, Serialize)]
struct StoredMessage {
    seq: u64,
    from: u64,
    topic: Option<String>,
    payload: Option<StoredPayload>,
    sent_at: u64,
}

#[derive(Archive, Serialize)]
struct StoredSubscription {
    filter: String,
    pids: Vec<u64>,
}

impl StoredIpcRoutes {
    pub(super) fn of(routes: &IpcRoutes) -> Self {
        let IpcRoutes { inboxes, subscriptions, by_pid: _ } = routes;
        let inbox = |(pid, inbox): (&Pid, &OrdMap<Seq, Message>)| StoredInbox {
            pid: pid.get(),
            messages: inbox.iter().map(|(seq, message)| StoredMessage::of(*seq, message)).collect(),
        };
        let subscription = |(filter, pids): (&TopicFilter, &OrdSet<Pid>)| StoredSubscription {
            filter: filter.as_str().to_owned(),
            pids: pids.iter().map(|pid| pid.get()).collect(),
        };
        Self {
            inboxes: inboxes.iter().map(inbox).collect(),
            subscriptions: subscriptions.iter().map(subscription).collect(),
        }
    }
}

impl StoredMessage {
    fn of(seq: Seq, message: &Message) -> Self {
        let Message { from, topic, payload, sent_at } = message;
        Self {
            seq: seq.0,
            from: from.to_u64(),
            topic: topic.as_ref().map(|topic| topic.as_str().to_owned()),
            payload: payload.map(StoredPayload::of),
            sent_at: sent_at.0,
        }
    }
}

impl ArchivedStoredIpcRoutes {
    /// The routes of the processes in a table.
    pub(super) fn restore(&self, table: &ProcessTable) -> Result<IpcRoutes, Error> {
        let Self { inboxes, subscriptions } = self;
        let mut routes = IpcRoutes::default();
        let mut ascending = Ascending::new("inboxes");
        for inbox in inboxes.iter() {
            let ArchivedStoredInbox { pid: id, messages } = inbox;
            let pid = pid("inbox", id.to_native())?;
            ascending.next(&pid)?;
            ensure(table.live(pid).is_some(), "inbox", "not of a live process")?;
            routes.inboxes.insert(pid, messages_of(messages)?);
        }
        ensure(routes.inboxes.len() == table.live_len(), "inboxes", "a live process has none")?;
        let mut ascending = Ascending::new("subscriptions");
        for subscription in subscriptions.iter() {
            let ArchivedStoredSubscription { filter, pids } = subscription;
            let filter = text("subscription", filter)?;
            ascending.next(&filter)?;
            ensure(!pids.is_empty(), "subscription", "of nobody")?;
            subscribe(&mut routes, &filter, pids.iter().map(|pid| pid.to_native()))?;
        }
        Ok(routes)
    }
}

fn messages_of(messages: &[ArchivedStoredMessage]) -> Result<OrdMap<Seq, Message>, Error> {
    limited("messages of an inbox", messages.len(), INBOX_MESSAGES_MAX)?;
    let mut ascending = Ascending::new("messages of an inbox");
    let mut inbox = OrdMap::new();
    for message in messages {
        let (seq, message) = message.restore()?;
        ascending.next(&seq)?;
        inbox.insert(seq, message);
    }
    Ok(inbox)
}

/// Adds the processes of a filter to both sides.
fn subscribe(
    routes: &mut IpcRoutes,
    filter: &TopicFilter,
    ids: impl Iterator<Item = u64>,
) -> Result<(), Error> {
    let mut ascending = Ascending::new("processes of a subscription");
    let mut pids = OrdSet::new();
    for id in ids {
        let pid = pid("subscription", id)?;
        ascending.next(&pid)?;
        ensure(routes.inboxes.contains_key(&pid), "subscription", "not of a live process")?;
        pids.insert(pid);
        let filters = routes.by_pid.entry(pid).or_default();
        filters.insert(filter.clone());
        limited("subscriptions of a process", filters.len(), SUBSCRIPTIONS_PER_PROCESS_MAX)?;
    }
    routes.subscriptions.insert(filter.clone(), pids);
    Ok(())
}

impl ArchivedStoredMessage {
    fn restore(&self) -> Result<(Seq, Message), Error> {
        let Self { seq, from, topic, payload, sent_at } = self;
        let message = Message {
            from: actor("message", from.to_native())?,
            topic: topic.as_ref().map(|topic| text("message", topic)).transpose()?,
            payload: payload.as_ref().map(ArchivedStoredPayload::restore),
            sent_at: Time(sent_at.to_native()),
        };
        Ok((Seq(seq.to_native()), message))
    }
}
