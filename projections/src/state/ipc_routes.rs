//! Inboxes and subscriptions of live processes.

use imbl::{OrdMap, OrdSet};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;
use std::ops::Bound;

use crate::limits::{INBOX_MESSAGES_MAX, SUBSCRIPTIONS_PER_PROCESS_MAX, TOPIC_FANOUT_MAX};
use crate::{Actor, Payload, Pid, Seq, Time, Topic, TopicFilter};

/// A message that waits in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Message {
    /// Who sent it.
    #[n(1)]
    pub from: Actor,
    /// The topic it was published on; none if it was sent to this inbox.
    #[n(2)]
    pub topic: Option<Topic>,
    /// Its body.
    #[n(3)]
    pub payload: Option<Payload>,
    /// When it was sent.
    #[n(4)]
    pub sent_at: Time,
}

/// Inboxes and subscriptions. Both begin with a process, survive its restarts, and leave when it exits for good.
#[derive(Clone, Debug, Default)]
pub struct IpcRoutes {
    pub(super) inboxes: OrdMap<Pid, OrdMap<Seq, Message>>,
    pub(super) subscriptions: OrdMap<TopicFilter, OrdSet<Pid>>,
    /// Index: subscriptions by process.
    pub(super) by_pid: OrdMap<Pid, OrdSet<TopicFilter>>,
}

impl IpcRoutes {
    /// The messages that wait for a live process, oldest first.
    pub fn inbox(&self, pid: Pid) -> impl Iterator<Item = (Seq, &Message)> {
        self.inboxes.get(&pid).into_iter().flatten().map(|(seq, message)| (*seq, message))
    }

    /// A message that waits for a process.
    #[must_use]
    pub fn message(&self, pid: Pid, message: Seq) -> Option<&Message> {
        self.inboxes.get(&pid)?.get(&message)
    }

    /// How many messages wait for a process, at most `INBOX_MESSAGES_MAX`; `None` without an inbox.
    #[must_use]
    pub fn inbox_len(&self, pid: Pid) -> Option<usize> {
        self.inboxes.get(&pid).map(OrdMap::len)
    }

    /// Whether a process has subscribed to exactly this filter.
    #[must_use]
    pub fn is_subscribed(&self, pid: Pid, filter: &TopicFilter) -> bool {
        self.subscriptions.get(filter).is_some_and(|pids| pids.contains(&pid))
    }

    /// The filters of a process.
    pub fn subscriptions(&self, pid: Pid) -> impl Iterator<Item = &TopicFilter> {
        self.by_pid.get(&pid).into_iter().flatten()
    }

    /// How many filters a process has, at most `SUBSCRIPTIONS_PER_PROCESS_MAX`.
    #[must_use]
    pub fn subscriptions_len(&self, pid: Pid) -> usize {
        self.by_pid.get(&pid).map_or(0, OrdSet::len)
    }

    /// The processes that a message of a topic reaches, ascending, each once.
    ///
    /// Walks the filters like a trie, so that its cost depends on the topic's depth and not on how many filters there are.
    #[must_use]
    pub fn matching(&self, topic: &Topic) -> Vec<Pid> {
        let segments: Vec<&str> = topic.segments().collect();
        let mut pids = BTreeSet::new();
        self.collect("#", &mut pids);
        self.walk(&mut String::new(), &segments, &mut pids);
        pids.into_iter().collect()
    }

    fn walk(&self, prefix: &mut String, segments: &[&str], pids: &mut BTreeSet<Pid>) {
        let Some((segment, below)) = segments.split_first() else { return };
        let prefix_len = prefix.len();
        for candidate in [*segment, "+"] {
            if prefix_len > 0 {
                prefix.push('/');
            }
            prefix.push_str(candidate);
            if below.is_empty() {
                self.collect(prefix, pids);
            }
            let candidate_len = prefix.len();
            prefix.push('/');
            if self.has_filter_below(prefix) {
                prefix.push('#');
                self.collect(prefix, pids);
                prefix.truncate(candidate_len);
                self.walk(prefix, below, pids);
            }
            prefix.truncate(prefix_len);
        }
    }

    fn has_filter_below(&self, prefix: &str) -> bool {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.subscriptions
            .range::<_, str>(from)
            .next()
            .is_some_and(|(filter, _)| filter.as_str().starts_with(prefix))
    }

    fn collect(&self, filter: &str, pids: &mut BTreeSet<Pid>) {
        pids.extend(self.subscriptions.get(filter).into_iter().flatten());
    }

    pub(super) fn open(&mut self, pid: Pid) {
        self.inboxes.insert(pid, OrdMap::new());
    }

    pub(super) fn close(&mut self, pid: Pid) {
        self.inboxes.remove(&pid);
        for filter in self.by_pid.remove(&pid).unwrap_or_default() {
            self.unsubscribe(pid, &filter);
        }
    }

    /// Puts a message into an inbox; false if there is none, or it is full.
    pub(super) fn deliver(&mut self, to: Pid, seq: Seq, message: Message) -> bool {
        let Some(inbox) = self.inboxes.get_mut(&to) else { return false };
        let fits = inbox.len() < INBOX_MESSAGES_MAX;
        if fits {
            inbox.insert(seq, message);
        }
        fits
    }

    /// Puts a message into the inbox of every subscriber that has room; false if there are too many subscribers.
    pub(super) fn publish(&mut self, seq: Seq, topic: &Topic, message: &Message) -> bool {
        let pids = self.matching(topic);
        let fits = pids.len() <= TOPIC_FANOUT_MAX;
        if fits {
            for pid in pids {
                self.deliver(pid, seq, message.clone());
            }
        }
        fits
    }

    pub(super) fn acknowledge(&mut self, pid: Pid, message: Seq) {
        if let Some(inbox) = self.inboxes.get_mut(&pid) {
            inbox.remove(&message);
        }
    }

    pub(super) fn subscribe(&mut self, pid: Pid, filter: &TopicFilter) {
        let fits = self.inboxes.contains_key(&pid)
            && self.subscriptions_len(pid) < SUBSCRIPTIONS_PER_PROCESS_MAX;
        if fits {
            self.subscriptions.entry(filter.clone()).or_default().insert(pid);
            self.by_pid.entry(pid).or_default().insert(filter.clone());
        }
    }

    pub(super) fn unsubscribe(&mut self, pid: Pid, filter: &TopicFilter) {
        let Some(pids) = self.subscriptions.get_mut(filter) else { return };
        pids.remove(&pid);
        if pids.is_empty() {
            self.subscriptions.remove(filter);
        }
        if let Some(filters) = self.by_pid.get_mut(&pid) {
            filters.remove(filter);
            if filters.is_empty() {
                self.by_pid.remove(&pid);
            }
        }
    }
}
