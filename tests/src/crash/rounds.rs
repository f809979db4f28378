//! Round after round: a kernel, eight clients, SIGKILL, and a look at what is left.

use super::agents::{Agents, check_starts};
use super::chain::Chain;
use super::client::Asker;
use crate::simulation::Dice;
use crate::support::{Daemon, Ground, Process, Processes, signal};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use weft_projections::state::Phase;

const CLIENTS: usize = 8;

/// Rounds of an ordinary run; `.ci/run` asks for more.
const ROUNDS: usize = 3;

/// A kernel is killed at the latest after so many answers, or so much time.
const ANSWERS_MAX: usize = 600;
const LIFE_MS_MAX: usize = 300;

/// Answers that wait to be counted: while nobody counts, the clients wait.
const UNCOUNTED_MAX: usize = 64;

/// How long what a killed kernel leaves behind may take to end.
const LEFT_MAX: Duration = Duration::from_secs(20);

/// `WEFT_CRASH_ROUNDS` says how many rounds, `WEFT_CRASH_SEED` repeats the choices of an earlier run.
#[test]
fn whatever_was_acknowledged_outlives_a_kernel_that_is_killed_and_nothing_runs_twice() {
    let rounds = from_environment("WEFT_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds as usize);
    let seed = from_environment("WEFT_CRASH_SEED")
        .unwrap_or_else(|| RandomState::new().hash_one("seed") >> 1);
    println!("WEFT_CRASH_SEED={seed}, {rounds} rounds");
    let mut world = World::new(seed);
    for round in 0..rounds {
        world.round(round);
    }
    world.end();
}

struct World {
    ground: Ground,
    dice: Dice,
    agents: Agents,
    askers: Vec<Asker>,
    /// Every process that a killed kernel was seen to have below it.
    orphans: Vec<Process>,
    /// How many kernels lived until they saw every agent up.
    settled: u32,
    /// The next kernel, when it is there already.
    next: Option<Daemon>,
}

/// When a kernel is killed.
#[derive(Debug)]
struct Fate {
    /// Only once the agents are up.
    is_settled: bool,
    answers: usize,
    life: Duration,
    /// Whether the next one is there before anybody has looked at what is left.
    is_followed_at_once: bool,
}

impl World {
    fn new(seed: u64) -> World {
        let ground = Ground::fresh();
        let daemon = Daemon::start(&ground);
        let agents = Agents::spawn(&ground, &mut daemon.operator());
        let askers = (0..CLIENTS).map(|number| Asker::new(number, seed, &agents.shorts)).collect();
        // This kernel is killed here, while the agents begin.
        drop(daemon);
        World {
            ground,
            dice: Dice::new(seed),
            agents,
            askers,
            orphans: Vec::new(),
            settled: 0,
            next: None,
        }
    }

    fn round(&mut self, round: usize) {
        let fate = Fate {
            is_settled: self.dice.one_in(2),
            answers: 1 + self.dice.below(ANSWERS_MAX),
            life: Duration::from_millis(self.dice.below(LIFE_MS_MAX) as u64),
            is_followed_at_once: self.dice.one_in(2),
        };
        println!("round {round}: {fate:?}");
        let daemon = self.next.take().unwrap_or_else(|| Daemon::start(&self.ground));
        self.check_orphans(&daemon);
        let (answered, answers) = mpsc::sync_channel(UNCOUNTED_MAX);
        let (agents, askers) = (&self.agents, &mut self.askers);
        let below = std::thread::scope(|scope| {
            // Whatever fails here, the kernel dies, and the clients' connections with it.
            let mortal = Mortal(&daemon);
            for asker in askers {
                let (daemon, answered) = (&daemon, answered.clone());
                scope.spawn(move || asker.ask(daemon, &answered));
            }
            live(&daemon, agents, &fate, &answers);
            let below = Processes::now().below(daemon.pid()).cloned().collect();
            drop((mortal, answers));
            below
        });
        drop(daemon);
        self.settled += u32::from(fate.is_settled);
        self.orphans = below;
        if fate.is_followed_at_once {
            self.next = Some(Daemon::start(&self.ground));
        }
        self.check_chain();
    }

    /// What has to be true of the log between two kernels, and of the beginning of the next one.
    fn check_chain(&mut self) {
        let starts = self.agents.starts();
        let chain = Chain::read(&self.ground.layout);
        self.askers.iter_mut().for_each(|asker| asker.check(&chain));
        check_starts(&starts, &chain.started);
        self.agents.check_wanted(&chain.state);
        let kept: usize = self.askers.iter().map(Asker::kept).sum();
        let open = self.askers.iter().map(Asker::open);
        let (open, recorded) = open.fold((0, 0), |sum, open| (sum.0 + open.0, sum.1 + open.1));
        println!("  acknowledged {kept}; not answered {open}, of which recorded {recorded}");
    }

    /// Whatever ran below the kernel before has ended, or does soon; everything else of ours is below
    /// this one.
    fn check_orphans(&self, daemon: &Daemon) {
        until_none(|| {
            let processes = Processes::now();
            let mut orphans: Vec<_> =
                self.orphans.iter().filter(|orphan| processes.has(orphan)).cloned().collect();
            let mark = self.ground.path();
            let ours = processes.marked(mark.to_str().unwrap());
            let ours = ours.filter(|process| process.pid != daemon.pid());
            orphans.extend(
                ours.filter(|it| processes.child_of(it.pid, daemon.pid()).is_none()).cloned(),
            );
            orphans
        });
    }

    /// A last kernel answers what is still open, and stops in order: then nothing is left.
    fn end(mut self) {
        let daemon = self.next.take().unwrap_or_else(|| Daemon::start(&self.ground));
        self.check_orphans(&daemon);
        self.agents.until_up(&daemon);
        self.agents.check_running(&daemon);
        self.askers.iter_mut().for_each(|asker| asker.catch_up(&daemon));
        let below: Vec<_> = Processes::now().below(daemon.pid()).cloned().collect();
        assert!(!below.is_empty());
        daemon.stop();
        let processes = Processes::now();
        assert!(!below.iter().any(|process| processes.has(process)), "something outlived the stop");
        let mark = self.ground.path();
        assert_eq!(processes.marked(mark.to_str().unwrap()).collect::<Vec<_>>(), [&below[0]; 0]);
        self.check_chain();
        assert!(self.askers.iter().all(|asker| asker.open() == (0, 0)));
        let chain = Chain::read(&self.ground.layout);
        assert_eq!(chain.state.kernel.phase(), Phase::Halted);
        self.agents.check_waiting(&chain, self.settled + 1);
        self.check_files();
    }

    /// The node's folder holds what docs/operating.md says, and nothing beside it.
    fn check_files(&self) {
        let layout = &self.ground.layout;
        let found = names(layout.data_dir());
        let expected = ["checkpoints", "index", "keys", "lock", "log", "output"].map(str::to_owned);
        let derived = ["tile", "snapshots"].map(str::to_owned);
        let derived = derived.into_iter().filter(|folder| found.contains(folder));
        assert_eq!(found, expected.into_iter().chain(derived).collect());
        assert_eq!(names(&layout.keys()), ["log.key", "operator.key"].map(str::to_owned).into());
        for name in names(&layout.log()) {
            assert!(name.ends_with(".seg") || name.starts_with("torn-"), "{name}");
        }
        for name in names(&layout.output()) {
            assert!(name.ends_with(".log") || name.ends_with(".log.1"), "{name}");
        }
        for name in names(&self.ground.path().join("agents")) {
            for file in names(&self.ground.path().join("agents").join(name)) {
                assert!(["lock", "starts"].contains(&file.as_str()), "{file}");
            }
        }
    }
}

/// Counts answers until it is time.
fn live(daemon: &Daemon, agents: &Agents, fate: &Fate, answers: &Receiver<()>) {
    if fate.is_settled {
        agents.until_up(daemon);
        agents.check_running(daemon);
    }
    let begun = Instant::now();
    for _ in 0..fate.answers {
        let left = fate.life.saturating_sub(begun.elapsed());
        if answers.recv_timeout(left).is_err() {
            return;
        }
    }
}

/// Looks until there are none left.
fn until_none(mut left: impl FnMut() -> Vec<Process>) {
    let begun = Instant::now();
    loop {
        let left = left();
        if left.is_empty() {
            return;
        }
        assert!(begun.elapsed() < LEFT_MAX, "these stay: {left:#?}");
        std::thread::yield_now();
    }
}

/// A kernel that gets SIGKILL when this goes.
struct Mortal<'a>(&'a Daemon);

impl Drop for Mortal<'_> {
    fn drop(&mut self) {
        signal(self.0.pid(), "KILL");
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}
