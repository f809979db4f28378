//! The command ids of the last records: who already asked for what.

use std::collections::{HashMap, VecDeque};
use weft_commands::CommandId;
use weft_projections::{Actor, Seq};

/// How many of the latest records answer for their ids.
pub const WINDOW_RECORDS: usize = 65_536;

/// The ids of the last [`WINDOW_RECORDS`] records, durable or in flight.
#[derive(Debug, Default)]
pub(crate) struct Window {
    seqs: HashMap<(Actor, CommandId), Seq>,
    order: VecDeque<(Actor, CommandId)>,
}

impl Window {
    /// The record that already holds `id` of `actor`.
    pub(crate) fn find(&self, actor: Actor, id: CommandId) -> Option<Seq> {
        self.seqs.get(&(actor, id)).copied()
    }

    /// Notes the id of the record `seq`; the oldest one leaves when the window is full.
    pub(crate) fn note(&mut self, actor: Actor, id: CommandId, seq: Seq) {
        if self.order.len() == WINDOW_RECORDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.seqs.remove(&oldest);
        }
        self.order.push_back((actor, id));
        self.seqs.insert((actor, id), seq);
    }
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
        assert_eq!(window.seqs.len(), WINDOW_RECORDS);
    }

    #[test]
    fn ids_of_different_actors_do_not_meet() {
        let mut window = Window::default();
        window.note(Actor::Kernel, id(7), Seq(3));
        assert_eq!(window.find(Actor::Unauthenticated, id(7)), None);
    }
}
