//! Who gets in when there are many.

use super::limits::{AGENT_CLIENTS_MAX, CLIENTS_MAX, OPERATOR_CLIENTS, STRANGER_GRACE};
use crate::platform::{Native, Platform};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use weft_projections::Pid;

/// Clients without a signature that may be there together.
const PLAIN_MAX: usize = CLIENTS_MAX - OPERATOR_CLIENTS;

/// The places of all clients.
#[derive(Debug)]
pub(super) struct Slots(Mutex<Places>);

#[derive(Debug)]
struct Places {
    clock: Native,
    clients: usize,
    operators: usize,
    next: u64,
    /// Clients that have shown nothing, in the order in which they came.
    strangers: BTreeMap<u64, Stranger>,
    /// Those of them that came into the places that operators keep.
    reserve: BTreeSet<u64>,
    /// Connections of each agent that has any.
    agents: BTreeMap<Pid, usize>,
}

#[derive(Debug)]
struct Stranger {
    since_ms: u64,
    leave: oneshot::Sender<()>,
}

/// A client's place, which is free again when this goes.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    number: u64,
    kind: Kind,
    /// The agent whose process it is.
    agent: Option<Pid>,
    /// Comes true when somebody else needs the place.
    pub(super) leave: Option<oneshot::Receiver<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stranger,
    Process,
    Operator,
}

impl Slots {
    pub(super) fn new(clock: Native) -> Slots {
        let (strangers, reserve, agents) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        let (clients, operators, next) = (0, 0, 0);
        Slots(Mutex::new(Places { clock, clients, operators, next, strangers, reserve, agents }))
    }

    /// A place for a client that has shown nothing yet; `None` when there is none. When places are
    /// short the stranger that has been there longest has to leave: in the places that everybody has
    /// after its grace, in those that operators keep at once, since an operator signs at once.
    ///
    /// An agent has a bounded number of them, so that it cannot keep the others out.
    pub(super) fn enter(self: &Arc<Slots>, agent: Option<Pid>) -> Option<Slot> {
        let mut places = self.places();
        if agent.is_some_and(|agent| places.of_agent(agent) >= AGENT_CLIENTS_MAX) {
            return None;
        }
        let now_ms = places.clock.monotonic_ms();
        let is_short = places.plain() >= PLAIN_MAX || places.clients >= CLIENTS_MAX;
        if is_short && !places.evict_old(now_ms) && places.is_full() && !places.evict_reserved() {
            return None;
        }
        let number = places.next;
        if places.plain() >= PLAIN_MAX {
            places.reserve.insert(number);
        }
        places.next += 1;
        places.clients += 1;
        let (sender, leave) = oneshot::channel();
        places.strangers.insert(number, Stranger { since_ms: now_ms, leave: sender });
        if let Some(agent) = agent {
            *places.agents.entry(agent).or_default() += 1;
        }
        let (slots, leave) = (self.clone(), Some(leave));
        Some(Slot { slots, number, kind: Kind::Stranger, agent, leave })
    }

    /// Connected clients.
    pub(super) fn clients(&self) -> usize {
        self.places().clients
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn evict_old(&mut self, now_ms: u64) -> bool {
        let grace_ms = u64::try_from(STRANGER_GRACE.as_millis()).unwrap_or(u64::MAX);
        let Some((number, stranger)) = self.strangers.first_key_value() else { return false };
        let (number, age_ms) = (*number, now_ms.saturating_sub(stranger.since_ms));
        age_ms >= grace_ms && self.evict(number)
    }

    /// Evicts the oldest of the strangers in the places that operators keep.
    fn evict_reserved(&mut self) -> bool {
        let oldest = self.reserve.first().copied();
        oldest.is_some_and(|number| self.evict(number))
    }

    /// Clients without a signature.
    fn plain(&self) -> usize {
        self.clients - self.operators
    }

    fn of_agent(&self, agent: Pid) -> usize {
        self.agents.get(&agent).copied().unwrap_or_default()
    }

    fn leave_agent(&mut self, agent: Pid) {
        match self.of_agent(agent) {
            0 | 1 => drop(self.agents.remove(&agent)),
            more => drop(self.agents.insert(agent, more - 1)),
        }
    }

    fn is_full(&self) -> bool {
        self.clients >= CLIENTS_MAX
    }

    fn forget(&mut self, number: u64) -> Option<Stranger> {
        self.reserve.remove(&number);
        self.strangers.remove(&number)
    }

    fn evict(&mut self, number: u64) -> bool {
        let Some(stranger) = self.forget(number) else { return false };
        // Its place counts as free from now on: it closes without waiting for anything.
        self.clients -= 1;
        let _ = stranger.leave.send(());
        true
    }
}

impl Slot {
    /// The client has signed a request: it keeps its place.
    pub(super) fn become_operator(&mut self) {
        if self.kind == Kind::Operator || !self.is_held() {
            return;
        }
        let mut places = self.slots.places();
        places.forget(self.number);
        places.operators += 1;
        drop(places);
        (self.kind, self.leave) = (Kind::Operator, None);
    }

    /// The client has shown a token: it keeps its place, unless that is one of the operators'.
    pub(super) fn become_process(&mut self) -> bool {
        if self.kind != Kind::Stranger {
            return true;
        }
        if !self.is_held() {
            return false;
        }
        let mut places = self.slots.places();
        if places.plain() > PLAIN_MAX {
            return false;
        }
        places.forget(self.number);
        drop(places);
        (self.kind, self.leave) = (Kind::Process, None);
        true
    }

    /// Whether the place was not given to somebody else.
    fn is_held(&self) -> bool {
        self.kind != Kind::Stranger || self.slots.places().strangers.contains_key(&self.number)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut places = self.slots.places();
        if let Some(agent) = self.agent {
            places.leave_agent(agent);
        }
        let held = match self.kind {
            Kind::Stranger => places.forget(self.number).is_some(),
            Kind::Process => true,
            Kind::Operator => {
                places.operators -= 1;
                true
            }
        };
        if held {
            places.clients -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_to_leave(slot: &mut Slot) -> bool {
        slot.leave.as_mut().is_some_and(|leave| leave.try_recv().is_ok())
    }

    #[test]
    fn an_operator_finds_a_place_among_strangers_and_keeps_it() {
        let slots = Arc::new(Slots::new(Native::new("")));
        let mut strangers: Vec<Slot> =
            (0..CLIENTS_MAX).map(|_| slots.enter(None).unwrap()).collect();
        let mut operator = slots.enter(None).unwrap();
        operator.become_operator();
        assert_eq!(slots.clients(), CLIENTS_MAX);
        assert!(has_to_leave(&mut strangers[PLAIN_MAX]), "the oldest of those in the reserve");
        strangers.extend((0..1_000).map(|_| slots.enter(None).unwrap()));
        assert_eq!(slots.clients(), CLIENTS_MAX);
        assert!(!strangers[..PLAIN_MAX].iter_mut().any(has_to_leave), "these have their grace");
        assert!(operator.leave.is_none());
        drop(strangers);
        assert_eq!(slots.clients(), 1);
        drop(operator);
        assert_eq!(slots.clients(), 0);
    }

    #[test]
    fn an_agent_does_not_keep_the_others_out() {
        let slots = Arc::new(Slots::new(Native::new("")));
        let (one, other) = (Pid::new(1), Pid::new(2));
        let mut its: Vec<Slot> =
            (0..AGENT_CLIENTS_MAX).map(|_| slots.enter(one).unwrap()).collect();
        assert!(its[0].become_process());
        assert!(slots.enter(one).is_none());
        assert!(slots.enter(other).is_some() && slots.enter(None).is_some());
        its.pop();
        its.push(slots.enter(one).unwrap());
        assert!(slots.enter(one).is_none());
        drop(its);
        assert_eq!((slots.clients(), slots.places().agents.len()), (0, 0));
    }

    #[test]
    fn processes_leave_the_reserve_to_operators() {
        let slots = Arc::new(Slots::new(Native::new("")));
        let enter = |_| {
            let mut slot = slots.enter(None).unwrap();
            assert!(slot.become_process());
            slot
        };
        let processes: Vec<Slot> = (0..PLAIN_MAX).map(enter).collect();
        let mut late = slots.enter(None).unwrap();
        assert!(!late.become_process());
        late.become_operator();
        let operators: Vec<Slot> = (1..OPERATOR_CLIENTS)
            .map(|_| {
                let mut slot = slots.enter(None).unwrap();
                slot.become_operator();
                slot
            })
            .collect();
        assert!(slots.enter(None).is_none(), "operators and processes are not sent away");
        drop((processes, operators, late));
        assert_eq!(slots.clients(), 0);
    }
}
