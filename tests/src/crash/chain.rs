//! What stands in the log of a kernel that was killed.

use std::collections::{BTreeMap, BTreeSet};
use weft_ledger::{VerifyOptions, verify};
use weft_projections::events::Event;
use weft_projections::{Actor, State};
use weft_runtime::node::Layout;
use weft_runtime::{Inspection, Native, Platform, replay, view};

/// Where a record stands: its number, and its link in hex.
pub(super) type Place = (u64, String);

/// The log, from its first record to its last.
pub(super) struct Chain {
    pub(super) state: State,
    by_id: BTreeMap<[u8; 16], Place>,
    /// The runs that were started, by pid and generation.
    pub(super) started: BTreeSet<(u64, u32)>,
}

impl Chain {
    /// Reads it, and holds it to what has to be true of every log.
    pub(super) fn read(layout: &Layout) -> Chain {
        let platform = Native::new(layout.data_dir());
        let report = verify(&platform.storage(), VerifyOptions::default(), &mut |_, _| ()).unwrap();
        let inspection = Inspection::open(&platform).unwrap();
        let head = inspection.published.head;
        // The next kernel may have gone on.
        assert!(report.head.size <= head.seq.0 + 1);
        let state = inspection.published.state.clone();
        let replayed = replay(inspection.reader(), head.seq).unwrap();
        assert_eq!(replayed.root(), state.root(), "State is not what replay makes");
        let mut chain = Chain { state, by_id: BTreeMap::new(), started: BTreeSet::new() };
        for entry in inspection.reader().range(0..head.seq.0 + 1) {
            let record = view(&entry.unwrap()).unwrap();
            let place = (record.record.seq.0, record.link.to_string());
            if matches!(record.record.actor, Actor::Operator(_)) {
                let earlier = chain.by_id.insert(record.command_id, place);
                assert_eq!(earlier, None, "a command is recorded twice");
            }
            for event in &record.record.events {
                if let Event::ProcessStarted(started) = event {
                    let run = (started.pid.get(), started.generation.get());
                    assert!(chain.started.insert(run), "{run:?} was started twice");
                }
            }
        }
        chain
    }

    /// Where the operator's command of that id stands.
    pub(super) fn place_of(&self, id: &[u8; 16]) -> Option<&Place> {
        self.by_id.get(id)
    }
}
