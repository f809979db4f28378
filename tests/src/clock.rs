//! A wall clock that goes backwards: record time never does, and beyond a day somebody has to look.

use weft_commands::requests::tree::Put;
use weft_commands::{Command, CommandId};
use weft_ledger::limits::Limits;
use weft_ledger::storage::Memory;
use weft_ledger::{VerifyOptions, verify};
use weft_projections::{Actor, OperatorId};
use weft_runtime::{Error, Genesis, Kernel, OpenOptions, Receipt, Refused, Request, Sim, SimClock};

const START_MS: u64 = 1_790_000_000_000;
const HOUR_MS: u64 = 3_600_000;

/// A fresh log in memory.
fn born(disk: &Memory, clock: &SimClock) -> Kernel<Sim, ()> {
    let genesis = Genesis {
        origin: "weft.test/clock".to_owned(),
        constitution: weft_projections::DEFAULT_CONSTITUTION.to_owned(),
        log_key: [1; 32],
        operator_key: [2; 32],
        entropy: [3; 32],
    };
    let sim = Sim::new(disk.clone(), clock.clone(), 4);
    Kernel::create(sim, genesis, Limits::default()).unwrap().0
}

fn open(disk: &Memory, clock: &SimClock) -> Result<Kernel<Sim, ()>, Error> {
    let sim = Sim::new(disk.clone(), clock.clone(), 5);
    Kernel::open(sim, OpenOptions { threads: 1, ..OpenOptions::writer() }).map(|opened| opened.0)
}

fn put(kernel: &mut Kernel<Sim, ()>, number: u128) -> Result<Receipt, Refused> {
    let path = format!("/docs/{number}").parse().unwrap();
    let put = Put { path, kind: "file".parse().unwrap(), meta_keys: Vec::new() };
    let id = CommandId::new((number + 1).to_be_bytes()).unwrap();
    let request = Request::new(Actor::Operator(OperatorId::FIRST), id, Command::Put(put));
    kernel.execute(request).unwrap()
}

#[test]
fn a_clock_that_goes_back_some_hours_stops_nothing_and_record_time_goes_on() {
    let (disk, clock) = (Memory::new(), SimClock::at(START_MS));
    let mut kernel = born(&disk, &clock);
    put(&mut kernel, 0).unwrap();
    for hours in [1, 23] {
        clock.set_wall(START_MS - hours * HOUR_MS);
        put(&mut kernel, u128::from(hours)).unwrap();
        kernel.close().unwrap();
        kernel = open(&disk, &clock).unwrap();
        put(&mut kernel, u128::from(100 + hours)).unwrap();
    }
    let reader = kernel.reader();
    let times: Vec<u64> =
        (0..6).map(|seq| reader.read(seq).unwrap().unwrap().header.time).collect();
    assert!(times.windows(2).all(|two| two[0] < two[1]), "{times:?}");
    let last_ms = times[5] >> 16;
    assert_eq!(last_ms, START_MS, "no record has the time that the clock went back to");
    kernel.close().unwrap();
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    assert_eq!(verify(&disk, options, &mut |_, _| {}).unwrap().head.size, 6);
}

#[test]
fn a_clock_that_leaps_more_than_a_day_stops_commands_until_it_is_right_again() {
    let (disk, clock) = (Memory::new(), SimClock::at(START_MS));
    let mut kernel = born(&disk, &clock);
    for wrong in [START_MS - 25 * HOUR_MS, START_MS + 25 * HOUR_MS] {
        clock.set_wall(wrong);
        let refused = put(&mut kernel, 1).unwrap_err();
        assert!(matches!(refused, Refused::ClockDrift { .. }), "{refused}");
        assert!(refused.to_string().contains("90000000 ms"), "{refused}");
    }
    assert_eq!(kernel.published().head.seq.0, 0, "nothing was recorded");
    clock.set_wall(START_MS);
    put(&mut kernel, 1).unwrap();
}

#[test]
fn a_log_is_not_opened_by_a_clock_more_than_a_day_behind_it() {
    let (disk, clock) = (Memory::new(), SimClock::at(START_MS));
    born(&disk, &clock).close().unwrap();
    let before: Vec<_> = disk.paths().into_iter().map(|path| disk.read(&path)).collect();
    clock.set_wall(START_MS - 25 * HOUR_MS);
    let refused = open(&disk, &clock).err().unwrap();
    assert!(matches!(refused, Error::ClockBehind { behind_ms: 90_000_000, .. }), "{refused}");
    let after: Vec<_> = disk.paths().into_iter().map(|path| disk.read(&path)).collect();
    assert_eq!(after, before);
    clock.set_wall(START_MS - 23 * HOUR_MS);
    put(&mut open(&disk, &clock).unwrap(), 1).unwrap();
}
