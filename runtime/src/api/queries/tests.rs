//! Whatever is asked, the postings find what reading finds.

use super::{
    Error, Filter, Order, Page, Processes, Ruled, Sight, TRACE_CHILDREN_MAX, TRACE_DEPTH_MAX,
    TRACE_RECORDS_MAX, Wish, records, trace,
};
use crate::api::json::{Cut, Trace};
use crate::kernel::{Kernel, Published, Request};
use crate::platform::{Sim, SimClock};
use crate::testing::genesis;
use crate::{Inspection, Reader};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};
use weft_commands::requests::process::Spawn;
use weft_commands::requests::tree::Put;
use weft_commands::{Command, CommandId, Target};
use weft_ledger::limits::Limits;
use weft_ledger::postings::{self, BLOCK_RECORDS, Posting, Writer};
use weft_ledger::storage::Memory;
use weft_projections::events::{Backend, Restart};
use weft_projections::{Actor, Kind, OperatorId, Pid, Seq, Time};

const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);

/// Two blocks that the postings know, and some records that they do not.
const SIZE: u64 = 2 * BLOCK_RECORDS as u64 + 700;

/// A log with postings beside it.
struct World {
    published: Published,
    reader: Reader<Memory>,
    postings: postings::Reader,
    _folder: tempfile::TempDir,
}

static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// Numbers from a seed (splitmix64).
fn below(state: &mut u64, limit: u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)) % limit
}

impl World {
    fn new() -> World {
        let (memory, clock) = (Memory::new(), SimClock::at(1_790_000_000_000));
        let sim = || Sim::new(memory.clone(), clock.clone(), 7);
        let (mut kernel, _) = Kernel::create(sim(), genesis(), Limits::default()).unwrap();
        let mut dice = 5;
        for seq in 1..SIZE {
            // Refusals of a minute are bounded.
            clock.advance(1_000 + below(&mut dice, 2_000));
            kernel.submit(request(seq, &mut dice), ());
            if seq % 900 == 0 || seq + 1 == SIZE {
                let batch = kernel.take_batch().unwrap();
                assert!(kernel.commit(batch).unwrap().iter().all(|((), answer)| answer.is_ok()));
            }
        }
        kernel.close().unwrap();
        let inspection = Inspection::open(&sim()).unwrap();
        let reader = inspection.reader().clone();
        let folder = tempfile::tempdir().unwrap();
        let log_id = reader.read(0).unwrap().unwrap().link;
        let mut writer = Writer::open(&folder.path().join("postings"), log_id, |_| None).unwrap().0;
        let headers: Vec<_> = reader.headers(0..SIZE).map(Result::unwrap).collect();
        for block in headers.chunks_exact(BLOCK_RECORDS) {
            let postings: Vec<Posting> =
                block.iter().map(|(header, _)| Posting::from(header)).collect();
            writer.add(&postings, block.last().unwrap().1).unwrap();
        }
        let (published, postings) = (inspection.published, writer.reader());
        World { published, reader, postings, _folder: folder }
    }

    fn sight(&self, head: u64) -> Sight<'_, Memory> {
        let (state, reader) = (&self.published.state, &self.reader);
        Sight { state, reader, head: Seq(head), postings: None }
    }

    /// The same with the postings.
    fn keen(&self, head: u64) -> Sight<'_, Memory> {
        Sight { postings: Some(&self.postings), ..self.sight(head) }
    }
}

/// Commands of several actors and kinds, which are ruled in several ways and caused by several records.
fn request(seq: u64, dice: &mut u64) -> Request {
    let id = CommandId::new(u128::from(seq).to_be_bytes()).unwrap();
    let put = |path: &str| {
        let (path, kind) = (path.parse().unwrap(), "file".parse().unwrap());
        Command::Put(Put { path, kind, meta_keys: Vec::new() })
    };
    let (actor, command) = match below(dice, 40) {
        _ if seq <= 4 => {
            let name = ["one", "two", "one"][usize::try_from(seq % 3).unwrap()];
            let name = format!("{name}-{seq}").parse().unwrap();
            let (restart, backend) = (Restart::Never, Backend::Embedded);
            (OPERATOR, Command::Spawn(Spawn { name, restart, can: Vec::new(), backend }))
        }
        0 => (Actor::Kernel, put("/apps/kernel")),
        1 => (Actor::Unauthenticated, put("/apps/stranger")),
        2 => (OPERATOR, put("/kernel/x")),
        3 => (Actor::Process(Pid::new(1 + below(dice, 3)).unwrap()), put("/apps/process")),
        _ => (OPERATOR, put("/apps/operator")),
    };
    let request = Request::new(actor, id, command);
    match below(dice, 10) {
        // One record leads to many, and some to long chains.
        0 => request.caused_by(Seq(6.min(seq - 1))),
        1 | 4 | 5 => request.caused_by(Seq(seq - 1)),
        2 | 6 => request.caused_by(Seq(seq - 1 - below(dice, seq.min(500)))),
        3 | 7 | 8 => request.caused_by(Seq(seq - 1 - below(dice, seq.min(50)))),
        _ => request,
    }
}

fn pages(sight: &Sight<'_, Memory>, filter: &Filter, page: Page, at_most: usize) -> Vec<String> {
    let (mut found, mut from) = (Vec::new(), page.from);
    for _ in 0..at_most {
        let answer = records(sight, filter, Page { from, ..page }).unwrap();
        found.extend(answer.records.iter().map(|record| record.link.clone()));
        let Some(next) = answer.next else { break };
        from = Some(Seq(next));
    }
    found
}

fn a_filter() -> impl Strategy<Value = Filter> {
    let kind = prop::option::of(prop::sample::select(vec![
        Kind::TREE_PUT,
        Kind::PROCESS_SPAWN,
        Kind::LOG_GENESIS,
        Kind::IPC_SEND,
    ]));
    let actors =
        [OPERATOR, Actor::Kernel, Actor::Unauthenticated, Actor::Process(Pid::new(2).unwrap())];
    let actor = prop::option::of(prop::sample::select(actors.to_vec()));
    let ruled = prop::option::of(prop::sample::select(Ruled::ALL.to_vec()));
    let since = prop::option::of(0..SIZE);
    let process = prop::option::weighted(0.2, Just("one-2"));
    (kind, actor.clone(), ruled, since, process, prop::option::weighted(0.2, Just(actors[3])))
        .prop_map(|(kind, actor, ruled, since, process, only)| {
            let world = &*WORLD;
            let since = since.map(|seq| Time(world.reader.read(seq).unwrap().unwrap().header.time));
            let target = process.map(|name| Target::Name(name.parse().unwrap()));
            let find = |target: Target| Processes::find(&world.keen(SIZE - 1), &target).ok();
            Filter { processes: target.and_then(find), kind, actor, ruled, since, only }
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_page_is_the_same_with_postings_and_without(
        filter in a_filter(),
        from in prop::option::of(0..SIZE + 10),
        head in prop_oneof![Just(SIZE - 1), 0..SIZE],
        limit in prop_oneof![1..40_u64, Just(1_000)],
        newest in any::<bool>(),
    ) {
        let world = &*WORLD;
        let order = if newest { Order::Newest } else { Order::Oldest };
        let page = Page { from: from.map(Seq), limit, order };
        // Pages may end elsewhere, but what is on them is the same.
        let mut plain = pages(&world.sight(head), &filter, page, 40);
        let mut keen = pages(&world.keen(head), &filter, page, 40);
        let both = plain.len().min(keen.len());
        if plain.len() != keen.len() {
            prop_assert!(both >= 39, "{} and {}", plain.len(), keen.len());
            plain.truncate(both);
            keen.truncate(both);
        }
        prop_assert_eq!(plain, keen);
    }

    #[test]
    fn a_trace_is_the_same_with_postings_and_without(
        seq in prop_oneof![0..20_u64, 0..SIZE],
        head in prop_oneof![Just(SIZE - 1), 0..SIZE],
        depth in prop_oneof![Just(TRACE_DEPTH_MAX), 0..6_u32],
        only in prop::option::weighted(0.2, Just(OPERATOR)),
    ) {
        let world = &*WORLD;
        let wish = Wish { seq: Seq(seq), depth, only };
        let told = |found: Result<Trace, Error>| found.map(|found| {
            check_trace(&found, seq, depth);
            serde_json::to_string(&found).unwrap()
        }).map_err(|error| error.to_string());
        let plain = told(trace(&world.sight(head), wish));
        prop_assert_eq!(told(trace(&world.keen(head), wish)), plain);
    }
}

/// What must hold of any trace.
fn check_trace(found: &Trace, seq: u64, depth: u32) {
    assert_eq!(found.record.seq, seq);
    let chain: Vec<u64> = found.causes.iter().map(|record| record.seq).collect();
    let causes: Vec<u64> = found.causes.iter().skip(1).filter_map(|record| record.cause).collect();
    assert_eq!(chain.split_last().map_or(&[][..], |(_, earlier)| earlier), causes);
    if !found.cut.contains(&Cut::Hidden) {
        assert_eq!(chain.last().copied(), found.record.cause);
    }
    assert!(found.children.is_sorted_by_key(|child| child.record.seq));
    assert!(found.children.len() <= TRACE_RECORDS_MAX);
    for child in &found.children {
        let cause = child.record.cause.unwrap();
        let parent = found.children.iter().find(|parent| parent.record.seq == cause);
        assert_eq!(child.depth, parent.map_or(0, |parent| parent.depth) + 1);
        assert!(child.depth <= depth && (parent.is_some() || cause == seq));
    }
}

#[test]
fn a_record_that_led_to_too_many_says_what_is_missing() {
    let world = &*WORLD;
    for sight in [world.sight(SIZE - 1), world.keen(SIZE - 1)] {
        let found = trace(&sight, Wish { seq: Seq(6), depth: 1, only: None }).unwrap();
        assert_eq!(found.children.len(), TRACE_CHILDREN_MAX);
        assert_eq!(found.cut, [Cut::Depth, Cut::Children]);
        let found = trace(&sight, Wish { seq: Seq(6), depth: 64, only: None }).unwrap();
        assert_eq!(found.children.len(), TRACE_RECORDS_MAX);
        assert!(found.cut.contains(&Cut::Records), "{:?}", found.cut);
        let found = trace(&sight, Wish { seq: Seq(0), depth: 64, only: Some(OPERATOR) });
        assert!(std::matches!(found, Err(Error::NotFound { .. })));
    }
}

#[test]
fn postings_that_were_condemned_are_not_needed() {
    let world = World::new();
    let folder = world._folder.path().join("postings");
    let filter = Filter { ruled: Some(Ruled::Deny), ..Filter::default() };
    let page = Page { from: Some(Seq(0)), limit: 1_000, order: Order::Oldest };
    let expected = pages(&world.sight(SIZE - 1), &filter, page, 40);
    // Lost pages below an open sled are damage at the next look.
    let names: Arc<[_]> = std::fs::read_dir(&folder).unwrap().map(Result::unwrap).collect();
    for entry in names.iter().filter(|entry| entry.path().is_file()) {
        let len = entry.metadata().unwrap().len();
        let file = std::fs::OpenOptions::new().write(true).open(entry.path()).unwrap();
        file.set_len(0).and_then(|()| file.set_len(len)).unwrap();
    }
    assert_eq!(pages(&world.keen(SIZE - 1), &filter, page, 40), expected);
    let wish = Wish { seq: Seq(6), depth: 3, only: None };
    let found = trace(&world.keen(SIZE - 1), wish).unwrap();
    let plain = trace(&world.sight(SIZE - 1), wish).unwrap();
    assert_eq!(found.children.len(), plain.children.len());
}
