//! The command ids of the last records: who already asked for what.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::VecDeque;
use std::hash::BuildHasher;
use weft_commands::CommandId;
use weft_projections::{Actor, Seq};

/// The ids of the latest records, durable or in flight.
///
/// The ids stand in the order of their records, each once; the table beside them holds positions
/// only, which keeps both small enough for a core's cache. The hash is seeded per process, since
/// ids are chosen by callers.
#[derive(Debug)]
pub(crate) struct Window {
    ids: VecDeque<Id>,
    /// The record of the first of `ids`; the others follow it without a gap.
    first: Seq,
    records: HashTable<Seq>,
    hasher: DefaultHashBuilder,
}

/// An id is its actor's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Id {
    actor: u64,
    command: CommandId,
}

impl Window {
    /// An empty one, with room for so many ids before memory is asked for again.
    pub(crate) fn new(first: Seq, capacity: usize) -> Window {
        Window {
            ids: VecDeque::with_capacity(capacity),
            first,
            records: HashTable::with_capacity(capacity),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// The first record whose id is here: the ids of all from there on are.
    pub(crate) fn first(&self) -> Seq {
        self.first
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The record that already holds `id` of `actor`.
    pub(crate) fn find(&self, actor: Actor, id: CommandId) -> Option<Seq> {
        let id = Id { actor: actor.to_u64(), command: id };
        let same = |seq: &Seq| id_of(&self.ids, self.first, *seq) == Some(id);
        self.records.find(self.hasher.hash_one(id), same).copied()
    }

    /// Lets go of the oldest ids until `kept` are left, but of none from the record `end` on.
    pub(crate) fn trim(&mut self, kept: usize, end: Seq) {
        while self.ids.len() > kept && self.first < end {
            self.forget_first();
        }
    }

    /// Notes the id of the record `seq`, which follows the one noted before.
    pub(crate) fn note(&mut self, actor: Actor, id: CommandId, seq: Seq) {
        if self.ids.is_empty() {
            self.first = seq;
        }
        debug_assert_eq!(self.first.0 + self.ids.len() as u64, seq.0, "records have no gaps");
        let id = Id { actor: actor.to_u64(), command: id };
        self.ids.push_back(id);
        let Window { ids, first, records, hasher } = self;
        let hash =
            |seq: &Seq| hasher.hash_one(id_of(ids, *first, *seq).expect("every record has its id"));
        records.insert_unique(hasher.hash_one(id), seq, hash);
    }

    fn forget_first(&mut self) {
        let Some(id) = self.ids.pop_front() else { return };
        let first = self.first;
        if let Ok(entry) = self.records.find_entry(self.hasher.hash_one(id), |seq| *seq == first) {
            entry.remove();
        }
        self.first = first.next();
    }
}

fn id_of(ids: &VecDeque<Id>, first: Seq, seq: Seq) -> Option<Id> {
    let position = usize::try_from(seq.0.checked_sub(first.0)?).ok()?;
    ids.get(position).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> CommandId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&(number + 1).to_be_bytes());
        CommandId::new(bytes).unwrap()
    }

    #[test]
    fn an_id_is_known_until_it_may_go() {
        let mut window = Window::new(Seq(0), 4);
        for seq in 0..20 {
            window.note(Actor::Kernel, id(seq), Seq(seq));
        }
        window.trim(8, Seq(5));
        assert_eq!((window.first(), window.len()), (Seq(5), 15));
        assert_eq!(window.find(Actor::Kernel, id(4)), None);
        assert_eq!(window.find(Actor::Kernel, id(5)), Some(Seq(5)));
        window.trim(8, Seq(20));
        assert_eq!((window.first(), window.len()), (Seq(12), 8));
        window.trim(0, Seq(20));
        assert_eq!((window.first(), window.len(), window.records.len()), (Seq(20), 0, 0));
        window.note(Actor::Kernel, id(20), Seq(20));
        assert_eq!(window.find(Actor::Kernel, id(20)), Some(Seq(20)));
    }

    #[test]
    fn ids_of_different_actors_do_not_meet() {
        let mut window = Window::new(Seq(3), 0);
        window.note(Actor::Kernel, id(7), Seq(3));
        assert_eq!(window.find(Actor::Unauthenticated, id(7)), None);
    }
}
