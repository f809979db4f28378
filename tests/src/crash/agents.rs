//! What runs under the kernels that are killed.

use super::chain::Chain;
use crate::simulation::Dice;
use crate::support::{Daemon, Ground, Operator, Processes, root};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use weft_projections::state::RunState;
use weft_projections::{Pid, State};

/// The names of the agents that are to run for ever.
pub(super) const AGENTS: [&str; 4] = ["agent-0", "agent-1", "agent-2", "agent-3"];

/// Says in its folder that it began, and whether it is alone: an earlier run, or something that it
/// started and that left its session, would still hold the lock. Then tells the kernel that it is there,
/// and takes its messages.
const PROGRAM: &str = r#"
import fcntl, os, subprocess, sys
folder, clients = sys.argv[1:]
run = ".".join(os.environ["WEFT_TOKEN"].split(".")[:2])
lock = open(folder + "/lock", "a")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    word = "alone"
except OSError:
    word = "beside another"
with open(folder + "/starts", "a") as starts:
    starts.write(f"{run} {word}\n")
subprocess.Popen(["setsid", "sh", "-c", "sleep 86400; :", folder], pass_fds=[lock.fileno()])
sys.path.insert(0, clients)
import weft
with weft.connect() as kernel:
    kernel.subscribe("crash/#")
    kernel.call("tree.put", path="/apps/" + os.environ["WEFT_NAME"], meta={"run": run})
    for message in kernel.messages():
        message.ack()
"#;

/// Says that it began, and then does something that ends, or does not.
const SHORT: &str = r#"run=${WEFT_TOKEN%.*}; echo "$run alone" >> "$1/starts"; "#;

/// The agents, and where they leave their traces.
pub(super) struct Agents {
    /// By pid.
    folders: BTreeMap<u64, String>,
    pub(super) shorts: String,
}

impl Agents {
    /// Spawns them.
    pub(super) fn spawn(ground: &Ground, operator: &mut Operator) -> Agents {
        let clients = root().join("fixtures/clients").to_str().unwrap().to_owned();
        let folders = AGENTS.map(|name| {
            let folder = ground.folder(name);
            let pid = operator.spawn(&json!({
                "name": name,
                "restart": "on_failure",
                "can": [
                    format!("write:{folder}"),
                    format!("read:{clients}"),
                    "subscribe:crash/#",
                    format!("put:/apps/{name}"),
                ],
                "argv": ["python3", "-c", PROGRAM, folder, clients],
            }));
            (pid, folder)
        });
        Agents { folders: folders.into(), shorts: ground.folder("shorts") }
    }

    /// Waits until every agent has said to this kernel that it is there.
    pub(super) fn until_up(&self, daemon: &Daemon) {
        let mut missing: BTreeSet<String> =
            self.folders.keys().map(|pid| format!("process:{pid}")).collect();
        daemon.operator().watch("tree.put", daemon.booted, |record| {
            missing.remove(record["actor"].as_str().unwrap());
            missing.is_empty()
        });
    }

    /// Every agent that has said that it is there runs, in one run, below one shim of this kernel.
    pub(super) fn check_running(&self, daemon: &Daemon) {
        let mut operator = daemon.operator();
        for (pid, folder) in &self.folders {
            let shown = operator.ask("process.show", &json!({"target": pid}));
            assert_eq!(shown["state"], "running", "{shown}");
            let run = format!("{pid}.{}", shown["generation"]);
            let starts = starts(folder);
            assert_eq!(starts.last(), Some(&run), "the last run to begin is the one that goes on");
            let processes = Processes::now();
            let shims: BTreeSet<_> = processes
                .marked(folder)
                .filter_map(|process| processes.child_of(process.pid, daemon.pid()))
                .collect();
            assert_eq!(shims.len(), 1, "{folder} runs below {shims:?}");
            let programs = processes.marked(folder);
            let programs = programs.filter(|program| program.arguments[0] == "python3").count();
            assert_eq!(programs, 1, "{folder} runs {programs} times");
        }
    }

    /// The runs that began, each while nothing of another one was left.
    pub(super) fn starts(&self) -> Vec<String> {
        let folders = self.folders.values().chain([&self.shorts]);
        folders.flat_map(|folder| starts(folder)).collect()
    }

    /// State wants every agent to run.
    pub(super) fn check_wanted(&self, state: &State) {
        for pid in self.folders.keys() {
            let row = state.process_table.get(Pid::new(*pid).unwrap()).unwrap();
            assert!(matches!(row.state, RunState::Starting | RunState::Running), "{row:?}");
        }
    }

    /// State wants every agent to run again, after the run that a stop in order ended: every run before
    /// the one that waits was started, and each of the kernels that saw the agents up had one of its own.
    pub(super) fn check_waiting(&self, chain: &Chain, settled: u32) {
        for pid in self.folders.keys() {
            let row = chain.state.process_table.get(Pid::new(*pid).unwrap()).unwrap();
            assert_eq!(row.state, RunState::Starting, "{row:?}");
            let started = chain.started.range((*pid, 0)..=(*pid, u32::MAX));
            let started: Vec<u32> = started.map(|run| run.1).collect();
            let waiting = row.generation.get();
            assert_eq!(started, (1..waiting).collect::<Vec<_>>(), "{row:?}");
            assert!(waiting > settled, "{settled} kernels saw this one up: {row:?}");
        }
    }
}

/// Every run began at most once, and after its start was on the chain.
pub(super) fn check_starts(starts: &[String], started: &BTreeSet<(u64, u32)>) {
    let runs: BTreeSet<&String> = starts.iter().collect();
    assert_eq!(runs.len(), starts.len(), "a run began twice: {starts:?}");
    for run in runs {
        let (pid, generation) = run.split_once('.').unwrap();
        let run = (pid.parse().unwrap(), generation.parse().unwrap());
        assert!(started.contains(&run), "{run:?} began, and is not on the chain");
    }
}

/// A program that says that it began, and ends well, or badly, or not at all.
pub(super) fn short_program(name: &str, folder: &str, dice: &mut Dice) -> Value {
    let (end, restart) = match dice.below(3) {
        0 => ("exit 0", "never"),
        1 => ("exit 3", "never"),
        _ => ("sleep 86400; :", "on_failure"),
    };
    json!({
        "name": name,
        "restart": restart,
        "can": [format!("write:{folder}")],
        "argv": ["sh", "-c", format!("{SHORT}{end}"), "sh", folder],
    })
}

/// The runs that began, by what their programs say: each was alone.
fn starts(folder: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("{folder}/starts")).unwrap_or_default();
    let runs = text.lines().map(|line| match line.split_once(' ') {
        Some((run, "alone")) => run.to_owned(),
        _ => panic!("{folder}: {line}"),
    });
    runs.collect()
}
