//! Ids for ever, over a disk that fails: whatever happens to the files, a repeated id is recognised or
//! nothing is said.

use crate::index::WindowLimits;
use crate::kernel::{Answer, Kernel, Refused, Request};
use crate::platform::{Sim, SimClock};
use crate::testing::genesis;
use crate::{Inspection, OpenOptions, Rehearsal};
use weft_commands::requests::tree::Put;
use weft_commands::{Command, CommandId};
use weft_ledger::limits::Limits;
use weft_ledger::storage::memory::{Fault, Operation};
use weft_ledger::storage::{Memory, Storage};
use weft_projections::{Actor, OperatorId, Seq};

const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);
const WINDOW: WindowLimits = WindowLimits { kept: 8, most: 64 };

fn platform(memory: &Memory) -> Sim {
    Sim::new(memory.clone(), SimClock::at(1_000), 7).with_window(WINDOW)
}

fn born() -> (Memory, Kernel<Sim, ()>) {
    let memory = Memory::new();
    let (kernel, _) = Kernel::create(platform(&memory), genesis(), Limits::default()).unwrap();
    (memory, kernel)
}

fn open(memory: &Memory) -> Kernel<Sim, ()> {
    Kernel::open(platform(memory), OpenOptions::writer()).unwrap().0
}

/// The request whose record is `seq`, if they are made in order.
fn request(seq: u64) -> Request {
    request_for(seq, &format!("/apps/{seq}"))
}

fn request_for(seq: u64, path: &str) -> Request {
    let id = CommandId::new(u128::from(seq).to_be_bytes()).unwrap();
    let (path, kind) = (path.parse().unwrap(), "file".parse().unwrap());
    Request::new(OPERATOR, id, Command::Put(Put { path, kind, meta_keys: Vec::new() }))
}

fn fill(kernel: &mut Kernel<Sim, ()>, end: u64) {
    for seq in kernel.published().head.seq.0 + 1..end {
        let receipt = kernel.execute(request(seq)).unwrap().unwrap();
        assert_eq!((receipt.seq, receipt.duplicate), (Seq(seq), false));
    }
}

/// Asks, and once more if that finds damage, after which the files are made again.
fn ask(kernel: &mut Kernel<Sim, ()>, request: Request) -> Answer {
    match kernel.execute(request.clone()).unwrap() {
        Err(Refused::IdsUnknown) => kernel.execute(request).unwrap(),
        answer => answer,
    }
}

/// Every id is known with its request, and taken for any other.
fn knows_all(kernel: &mut Kernel<Sim, ()>, end: u64) {
    for seq in 1..end {
        let receipt = ask(kernel, request(seq)).unwrap();
        assert_eq!((receipt.seq, receipt.duplicate), (Seq(seq), true));
        let other = ask(kernel, request_for(seq, "/apps/other"));
        assert_eq!(other, Err(Refused::Conflict(Seq(seq))));
    }
    assert_eq!(kernel.published().head.seq, Seq(end - 1));
}

fn files(memory: &Memory) -> Vec<String> {
    memory.paths().into_iter().filter(|path| path.starts_with("index/")).collect()
}

#[test]
fn an_id_of_long_ago_gets_its_receipt_or_the_conflict() {
    let (memory, mut kernel) = born();
    fill(&mut kernel, 300);
    assert!(!files(&memory).is_empty(), "the files know ids");
    knows_all(&mut kernel, 300);
    kernel.close().unwrap();
    let mut kernel = open(&memory);
    knows_all(&mut kernel, 300);
    drop(kernel);
    memory.crash(&mut |_| 0);
    knows_all(&mut open(&memory), 300);
}

#[test]
fn files_that_were_deleted_are_made_again() {
    let (memory, mut kernel) = born();
    fill(&mut kernel, 200);
    kernel.close().unwrap();
    let whole = files(&memory);
    assert!(whole.len() > 1, "{whole:?}");
    for gone in [whole.clone(), whole[..1].to_vec(), whole[1..].to_vec()] {
        let copy = memory.fork();
        gone.iter().for_each(|path| copy.remove(path).unwrap());
        let mut kernel = open(&copy);
        let opening = kernel.index_opening().clone();
        assert!(opening.read.end == 200 && opening.read.start < 200, "{opening:?}");
        knows_all(&mut kernel, 200);
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_file_changes_no_answer() {
    let (memory, mut kernel) = born();
    fill(&mut kernel, 40);
    kernel.close().unwrap();
    let mut reported = 0;
    for path in files(&memory) {
        let len = memory.read(&path).unwrap().len() as u64;
        for offset in (0..len).step_by(97) {
            let copy = memory.fork();
            copy.flip(&path, offset, 1 << (offset % 8));
            let mut kernel = open(&copy);
            reported += kernel.index_opening().dropped.len();
            knows_all(&mut kernel, 40);
        }
    }
    assert!(reported > 0, "no flip was found when opening");
}

#[test]
fn damage_found_while_running_refuses_until_the_files_are_made_again() {
    let (memory, mut kernel) = born();
    fill(&mut kernel, 200);
    let path = files(&memory).into_iter().next().unwrap();
    let len = memory.read(&path).unwrap().len() as u64;
    (0..len).step_by(512).for_each(|offset| memory.flip(&path, offset, 1));
    let refused = (1..200).find_map(|seq| match kernel.execute(request(seq)).unwrap() {
        Err(refused) => Some((seq, refused)),
        Ok(receipt) => {
            assert!(receipt.duplicate);
            None
        }
    });
    let Some((seq, Refused::IdsUnknown)) = refused else { panic!("{refused:?}") };
    // Nothing was recorded, and the ids are read again before the next command.
    assert_eq!(kernel.published().head.seq, Seq(199));
    let receipt = kernel.execute(request(seq)).unwrap().unwrap();
    assert_eq!((receipt.seq, receipt.duplicate), (Seq(seq), true));
    knows_all(&mut kernel, 200);
}

#[test]
fn a_disk_that_takes_no_ids_refuses_commands_before_memory_grows() {
    let (memory, mut kernel) = born();
    fill(&mut kernel, 100);
    let mut answers: Vec<Answer> = Vec::new();
    for seq in 100..300 {
        memory.inject(Operation::Create, 0, Fault::NoSpace);
        answers.push(kernel.execute(request(seq)).unwrap());
    }
    let taken = answers.iter().take_while(|answer| answer.is_ok()).count();
    assert!((WINDOW.kept..=WINDOW.most).contains(&taken), "{taken}");
    assert!(answers[taken..].iter().all(|answer| *answer == Err(Refused::IdsUnknown)));
    let size = 100 + taken as u64;
    knows_all(&mut kernel, size);
    // The first round may meet a fault that is left.
    kernel.keeper.index();
    kernel.keeper.index();
    fill(&mut kernel, size + 50);
    knows_all(&mut kernel, size + 50);
}

#[test]
fn power_may_go_at_every_change_of_the_files() {
    for changes in 0..400 {
        let (memory, mut kernel) = born();
        fill(&mut kernel, 60);
        memory.lose_power_after(changes);
        let mut acknowledged = 60;
        for seq in 60..90 {
            match kernel.execute(request(seq)) {
                Ok(Ok(_)) => acknowledged = seq + 1,
                Ok(Err(_)) | Err(_) => break,
            }
        }
        drop(kernel);
        memory.crash(&mut |end| changes % end.max(1));
        let mut kernel = open(&memory);
        let size = kernel.published().head.seq.0 + 1;
        assert!(size >= acknowledged, "{acknowledged} acknowledged, {size} left");
        knows_all(&mut kernel, size);
        if acknowledged == 90 {
            return;
        }
    }
    panic!("the power always went");
}

#[test]
fn a_dry_run_agrees_by_the_files_and_without_them() {
    let (memory, mut kernel) = born();
    fill(&mut kernel, 120);
    kernel.close().unwrap();
    let bare = memory.fork();
    files(&bare).iter().for_each(|path| bare.remove(path).unwrap());
    let damaged = memory.fork();
    let path = files(&damaged).into_iter().next().unwrap();
    let len = damaged.read(&path).unwrap().len() as u64;
    (0..len).step_by(512).for_each(|offset| damaged.flip(&path, offset, 1));
    for seq in [1, 5, 60, 119, 120, 500] {
        for request in [request(seq), request_for(seq, "/apps/other")] {
            let said = [&memory, &bare, &damaged].map(|memory| {
                let before = memory.changes();
                let inspection = Inspection::open(&platform(memory)).unwrap();
                let said = inspection.dry_run(&mut platform(memory), &request);
                assert_eq!(memory.changes(), before, "a dry run writes nothing");
                format!("{said:?}")
            });
            assert!(said.iter().all(|other| *other == said[0]), "{said:?}");
        }
        let inspection = Inspection::open(&platform(&memory)).unwrap();
        let said = inspection.dry_run(&mut platform(&memory), &request(seq)).unwrap();
        assert_eq!(std::matches!(said, Rehearsal::Repeated(_)), seq < 120, "{said:?}");
    }
}
