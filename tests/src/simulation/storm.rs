//! One storm.

use super::aside;
use super::checks::Shadow;
use super::commands;
use super::dice::Dice;
use super::faults::{self, Disk, Planned};
use super::report::Report;
use weft_ledger::limits::Limits;
use weft_ledger::storage::Memory;
use weft_ledger::{OpenOptions, Tail};
use weft_projections::Digest;
use weft_runtime::{
    Answer, Batch, Error, Genesis, Kernel, Published, Refused, Request, Sim, SimClock, WindowLimits,
};

const STEPS: usize = 150;
const START_MS: u64 = 1_790_000_000_000;
const HOUR_MS: u64 = 3_600_000;

/// Few ids in memory, so that most of those that come again are looked up on the disk.
const WINDOW: WindowLimits = WindowLimits { kept: 6, most: 48 };

/// Small segments and batches, so that rolling happens in every storm.
const LIMITS: Limits =
    Limits { segment_bytes: 28 * 1_024, batch_bytes: 5 * 1_024, frame_bytes: 7 * 1_024 };

pub(crate) struct Storm {
    dice: Dice,
    disk: Disk,
    memory: Memory,
    /// Where the guard lies: another disk, which is honest.
    guards: Memory,
    clock: SimClock,
    kernel: Option<Kernel<Sim, usize>>,
    taken: Option<Batch<usize>>,
    asked: Vec<Request>,
    shadow: Shadow,
    report: Report,
}

/// Whether the storm goes on.
enum Weather {
    GoesOn,
    /// A lying disk was caught.
    Caught,
}

impl Storm {
    pub(crate) fn new(seed: u64) -> Storm {
        let mut dice = Dice::new(seed);
        let disk = if dice.one_in(8) { Disk::Lying } else { Disk::Honest };
        Storm {
            dice,
            disk,
            memory: Memory::new(),
            guards: Memory::new(),
            clock: SimClock::at(START_MS),
            kernel: None,
            taken: None,
            asked: Vec::new(),
            shadow: Shadow::default(),
            report: Report { seeds: 1, ..Report::default() },
        }
    }

    pub(crate) fn run(mut self) -> Report {
        self.create();
        for _ in 0..STEPS {
            if let Weather::Caught = self.step() {
                self.report.lies_detected += 1;
                return self.finish();
            }
        }
        self.power_off();
        if let Weather::Caught = self.reopen() {
            self.report.lies_detected += 1;
        }
        self.finish()
    }

    fn finish(mut self) -> Report {
        self.report.records = self.shadow.size();
        self.report.acknowledged = self.shadow.acknowledged() as u64;
        self.report.blobs = self.shadow.blobs();
        for path in self.memory.paths() {
            let bytes = self.memory.read(&path).unwrap_or_default();
            self.report.bytes.push(Digest::of("weft/test/file", &[path.as_bytes(), &bytes]));
        }
        self.report
    }

    fn platform(&mut self) -> Sim {
        let sim = Sim::new(self.memory.clone(), self.clock.clone(), self.dice.number());
        sim.with_window(WINDOW).guarded_by(self.guards.clone())
    }

    /// Births under power cuts: afterwards there is a whole log or none.
    fn create(&mut self) {
        while self.kernel.is_none() {
            let cut = self.dice.one_in(3);
            if cut {
                self.memory.lose_power_after(self.dice.number() % 14);
            }
            let platform = self.platform();
            let genesis = Genesis {
                origin: "weft.test/storm".to_owned(),
                constitution: weft_projections::DEFAULT_CONSTITUTION.to_owned(),
                log_key: aside::log_key(),
                operator_key: [2; 32],
                entropy: [3; 32],
            };
            self.kernel = Kernel::create(platform, genesis, LIMITS).ok().and_then(|(kernel, _)| {
                // What is signed at birth may fail for the same power cut.
                aside::started(kernel, None).ok()
            });
            if cut {
                let acknowledged = self.kernel.is_some();
                self.power_off();
                let there = self.memory.paths().iter().any(|path| path.ends_with(".seg"));
                assert!(there || !acknowledged, "a log that was born is gone");
                if there {
                    let _ = self.reopen();
                }
            }
        }
    }

    fn step(&mut self) -> Weather {
        self.clock.advance(self.dice.number() % 4_000);
        match self.dice.below(100) {
            0..53 => self.submit(),
            53 => aside::flip_in_the_index(&mut self.dice, &self.memory),
            54..60 => self.repeat(),
            60..74 => return self.commit(Answers::Heard),
            74..81 => self.tend(),
            81 => return self.close(),
            82..85 => return self.commit(Answers::Lost),
            85..88 => self.take(),
            88..92 => {
                return match faults::plan(&mut self.dice, &self.memory, self.disk) {
                    Planned::Fault => self.commit(Answers::Heard),
                    Planned::PowerCut => self.commit_into_a_power_cut(),
                };
            }
            92..95 => {
                self.power_off();
                return self.reopen();
            }
            95..97 => {
                let found = faults::flip_in_a_copy(&mut self.dice, &self.memory, self.disk);
                self.report.flips_found += u64::from(found);
            }
            97 => self.tend(),
            98 => self.clock.set_wall(START_MS + self.dice.number() % (20 * HOUR_MS)),
            _ => self.fill_disk(),
        }
        Weather::GoesOn
    }

    fn submit(&mut self) {
        let Some(kernel) = &mut self.kernel else { return };
        let frames = self.memory.read("log/00000000000000000000.seg").unwrap_or_default();
        let wish = commands::wish(&mut self.dice, kernel.state(), &frames);
        let id = match self.asked.last() {
            // The id of another request: a conflict, if the actor is the same.
            Some(last) if self.dice.one_in(25) => last.submission().command_id,
            _ => weft_commands::CommandId::new(self.dice.id()).unwrap(),
        };
        let mut request = Request::new(wish.actor, id, wish.command);
        if let Some(bytes) = wish.payload {
            request = kernel.with_content(request, bytes).unwrap();
        }
        kernel.submit(request.clone(), self.asked.len());
        self.asked.push(request);
    }

    /// Asks again, as a caller does who missed the answer.
    fn repeat(&mut self) {
        let Some(kernel) = &mut self.kernel else { return };
        if !self.asked.is_empty() {
            let ticket = self.dice.below(self.asked.len());
            kernel.submit(self.asked[ticket].clone(), ticket);
        }
    }

    /// Closes a batch and lets it wait, while the next one is decided.
    fn take(&mut self) {
        if let Some(kernel) = &mut self.kernel
            && self.taken.is_none()
        {
            self.taken = kernel.take_batch();
        }
    }

    /// Commits the batch that waits, or the open one.
    fn commit_next(&mut self) -> Option<Result<Vec<(usize, Answer)>, Error>> {
        let kernel = self.kernel.as_mut()?;
        let batch = self.taken.take().or_else(|| kernel.take_batch())?;
        Some(kernel.commit(batch))
    }

    /// What was answered before the power went has to be there when it is back.
    fn commit_into_a_power_cut(&mut self) -> Weather {
        if let Some(Ok(found)) = self.commit_next() {
            found.into_iter().for_each(|(ticket, answer)| self.hear(ticket, &answer));
        }
        self.power_off();
        self.reopen()
    }

    fn commit(&mut self, answers: Answers) -> Weather {
        let Some(outcome) = self.commit_next() else { return Weather::GoesOn };
        match outcome {
            Ok(found) => {
                if let Answers::Heard = answers {
                    found.into_iter().for_each(|(ticket, answer)| self.hear(ticket, &answer));
                }
                self.check()
            }
            Err(Error::Ledger(weft_ledger::Error::NoSpace { .. })) => {
                panic!("a batch was decided for which there was no room")
            }
            Err(_) => {
                self.report.failed_commits += 1;
                if self.dice.one_in(2) {
                    self.power_off();
                } else {
                    self.restart_process();
                }
                self.reopen()
            }
        }
    }

    /// What threads of their own do in a running kernel: a checkpoint, the indexes, and a snapshot if
    /// one is due.
    fn tend(&mut self) {
        if let Some(kernel) = &mut self.kernel {
            kernel.tend();
            self.report.tended += 1;
        }
    }

    /// An end in order, which nobody waits for.
    fn close(&mut self) -> Weather {
        if self.taken.is_none()
            && let Some(kernel) = self.kernel.take()
        {
            self.report.closed += u64::from(kernel.close().is_ok());
            self.restart_process();
            return self.reopen();
        }
        Weather::GoesOn
    }

    fn hear(&mut self, ticket: usize, answer: &Answer) {
        let asked = self.asked[ticket].submission();
        match answer {
            Ok(receipt) => {
                self.report.repeated += u64::from(receipt.duplicate);
                let is_late = receipt.seq.0 + (WINDOW.most as u64) < self.shadow.size();
                self.report.repeated_late += u64::from(receipt.duplicate && is_late);
                self.report.refused += u64::from(!receipt.took_effect());
                self.shadow
                    .acknowledge((asked.actor.to_u64(), asked.command_id.to_bytes()), receipt);
            }
            Err(Refused::Conflict(_)) => self.report.conflicts += 1,
            Err(Refused::NoSpace) => self.report.out_of_space += 1,
            Err(Refused::Suppressed(_)) => self.report.refused += 1,
            // The disk took no ids, or would not give them back.
            Err(Refused::IdsUnknown) => self.report.ids_unknown += 1,
            // A repetition, and the disk lost power before its record could be read again.
            Err(Refused::OutcomeUnknown) => self.report.unread += 1,
            // A redaction, and the same happened to the record that it names.
            Err(Refused::Unread { .. }) => self.report.unread += 1,
            Err(Refused::Damaged { .. }) if self.disk == Disk::Lying => self.report.unread += 1,
            Err(Refused::Unstored { .. }) => self.report.unstored += 1,
            Err(refused) => panic!("unexpected answer: {refused}"),
        }
    }

    /// Everything that must hold after every step.
    fn check(&mut self) -> Weather {
        let Some(kernel) = &self.kernel else { return Weather::GoesOn };
        let published = kernel.published();
        let outcome = self.shadow.compare(&published, &kernel.reader());
        if self.taken.is_none() && !kernel.has_open_batch() {
            let live = kernel.state().to_canonical_cbor();
            assert_eq!(
                live,
                published.state.to_canonical_cbor(),
                "live State is not what was published"
            );
        }
        self.judge(outcome)
    }

    fn judge(&mut self, outcome: Result<(), weft_ledger::Error>) -> Weather {
        match (outcome, self.disk) {
            (Ok(()), _) => Weather::GoesOn,
            (Err(_), Disk::Lying) => Weather::Caught,
            (Err(error), Disk::Honest) => panic!("an honest disk's log cannot be read: {error}"),
        }
    }

    fn stop_process(&mut self) {
        self.kernel = None;
        self.taken = None;
    }

    /// The process ends, the page cache stays; so do the bytes that were never synced.
    fn restart_process(&mut self) {
        self.stop_process();
        self.memory = self.memory.fork();
        self.memory.set_capacity(None);
    }

    fn power_off(&mut self) {
        self.stop_process();
        self.report.crashes += 1;
        let dice = &mut self.dice;
        self.memory.crash(&mut |end| dice.number() % end.max(1));
        self.guards.crash(&mut |end| dice.number() % end.max(1));
        self.memory.set_capacity(None);
        if self.dice.one_in(6) {
            self.report.derived_lost += aside::lose_derived(&mut self.dice, &self.memory);
        }
    }

    fn reopen(&mut self) -> Weather {
        if self.dice.one_in(4) {
            self.memory.lose_power_after(self.dice.number() % 8);
            let platform = self.platform();
            drop(Kernel::<Sim, usize>::open(platform, options()));
            self.power_off();
        }
        let platform = self.platform();
        let opened = Kernel::open(platform, options());
        let opened = opened.and_then(|(kernel, opening)| {
            let kernel = aside::started(kernel, opening.snapshot.map(|found| found.head.seq))?;
            Ok((kernel, opening))
        });
        match opened {
            Ok((kernel, opening)) => {
                self.report.torn_tails += u64::from(matches!(opening.log.tail, Tail::Cut(_)));
                self.report.from_snapshots += u64::from(opening.snapshot.is_some());
                self.report.held += u64::from(matches!(
                    opening.log.watched.guard,
                    weft_ledger::GuardState::Holds { .. }
                ));
                let (published, reader) = (kernel.published(), kernel.reader());
                self.kernel = Some(kernel);
                self.compare_after(&published, &reader)
            }
            Err(Error::Ledger(_)) if self.disk == Disk::Lying => Weather::Caught,
            Err(error) => panic!("an honest crash must reopen: {error}"),
        }
    }

    fn compare_after(
        &mut self,
        published: &Published,
        reader: &weft_runtime::Reader<Memory>,
    ) -> Weather {
        let outcome = match self.disk {
            Disk::Honest => self.shadow.after_crash(published, reader),
            Disk::Lying => {
                self.report.lies_survived += 1;
                self.shadow.after_lies(published, reader)
            }
        };
        self.judge(outcome)
    }

    /// The disk is nearly full until the next crash, or until room is made.
    fn fill_disk(&mut self) {
        let room = if self.dice.one_in(2) {
            None
        } else {
            Some(self.memory.used() + self.dice.number() % 4_096)
        };
        self.memory.set_capacity(room);
    }
}

/// Whether the callers live to hear their answers.
enum Answers {
    Heard,
    Lost,
}

/// One thread: what happens is then a function of the seed.
fn options() -> OpenOptions {
    OpenOptions { limits: LIMITS, threads: 1, ..OpenOptions::writer() }
}
