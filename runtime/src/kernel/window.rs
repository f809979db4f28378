//! The command ids of the last records: who already asked for what.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::VecDeque;
use std::hash::BuildHasher;
use weft_commands::CommandId;
use weft_projections::{Actor, Seq};

/// How many of the latest records answer for their ids.
pub const WINDOW_RECORDS: usize = 65_536;

/// The ids of the last [`WINDOW_RECORDS`] records, durable or in flight.
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

impl Default for Window {
    fn default() -> Window {
        Window {
            ids: VecDeque::with_capacity(WINDOW_RECORDS),
            first: Seq(0),
            records: HashTable::with_capacity(WINDOW_RECORDS),
            hasher: DefaultHashBuilder::default(),
        }
    }
}

impl Window {
    /// The record that already holds `id` of `actor`.
    pub(crate) fn find(&self, actor: Actor, id: CommandId) -> Option<Seq> {
        let id = Id { actor: actor.to_u64(), command: id };
        let same = |seq: &Seq| id_of(&self.ids, self.first, *seq) == Some(id);
        self.records.find(self.hasher.hash_one(id), same).copied()
    }

    /// Notes the id of the record `seq`, which follows the one noted before; the oldest id leaves
    /// when the window is full.
    pub(crate) fn note(&mut self, actor: Actor, id: CommandId, seq: Seq) {
        if self.ids.len() == WINDOW_RECORDS {
            self.forget_first();
        }
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
    fn an_id_is_known_for_exactly_the_window() {
        let mut window = Window::default();
        for seq in 0..WINDOW_RECORDS as u64 {
            window.note(Actor::Kernel, id(seq), Seq(seq));
        }
        assert_eq!(window.find(Actor::Kernel, id(0)), Some(Seq(0)));
        window.note(Actor::Kernel, id(WINDOW_RECORDS as u64), Seq(WINDOW_RECORDS as u64));
        assert_eq!(window.find(Actor::Kernel, id(0)), None);
        assert_eq!(window.find(Actor::Kernel, id(1)), Some(Seq(1)));
        assert_eq!(window.records.len(), WINDOW_RECORDS);
    }

    #[test]
    fn ids_of_different_actors_do_not_meet() {
        let mut window = Window::default();
        window.note(Actor::Kernel, id(7), Seq(3));
        assert_eq!(window.find(Actor::Unauthenticated, id(7)), None);
    }
}
