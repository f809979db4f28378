//! What an operator sees of agents.

use crate::support::{Daemon, Ground, Operator};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use weft_runtime::api::Notice;
use weft_runtime::api::json::time::parse_moment;

/// How long something may take that has to happen.
const SOON: Duration = Duration::from_secs(30);

/// A running kernel, and an operator who looks at it.
pub(super) struct Witness {
    // Dropped before the ground is.
    pub(super) operator: Operator,
    pub(super) daemon: Daemon,
    pub(super) ground: Ground,
}

impl Witness {
    pub(super) fn start() -> Witness {
        let ground = Ground::fresh();
        let daemon = Daemon::start(&ground);
        Witness { operator: daemon.operator(), daemon, ground }
    }

    /// The next kernel, after this one was killed.
    pub(super) fn after_a_crash(self) -> Witness {
        let Witness { ground, daemon, operator } = self;
        drop((operator, daemon));
        let daemon = Daemon::start(&ground);
        Witness { operator: daemon.operator(), daemon, ground }
    }

    /// Spawns a program that is started again when it fails, and returns its pid.
    pub(super) fn spawn(&mut self, name: &str, argv: &[&str]) -> u64 {
        self.spawn_with(name, argv, &[])
    }

    /// The same, with rights.
    pub(super) fn spawn_with(&mut self, name: &str, argv: &[&str], can: &[&str]) -> u64 {
        let restart = "on_failure";
        self.operator.spawn(&json!({"name": name, "restart": restart, "can": can, "argv": argv}))
    }

    pub(super) fn stop(&mut self, pid: u64) {
        self.operator.done("process.stop", &json!({"target": pid}));
    }

    pub(super) fn show(&mut self, pid: u64) -> Value {
        self.operator.ask("process.show", &json!({"target": pid}))
    }

    /// The record of the start of a run, once it is on the chain.
    pub(super) fn start_of(&mut self, pid: u64, generation: u64) -> Value {
        self.report("process.started", pid, generation)
    }

    /// The record of the end of a run, once it is on the chain.
    pub(super) fn end_of(&mut self, pid: u64, generation: u64) -> Value {
        self.report("process.exited", pid, generation)
    }

    fn report(&mut self, kind: &str, pid: u64, generation: u64) -> Value {
        let mut found = Value::Null;
        self.operator.watch(kind, 0, |record| {
            let request = &record["request"];
            let is_it = request["pid"] == pid && request["generation"] == generation;
            if is_it {
                found = record.clone();
            }
            is_it
        });
        found
    }

    /// What a process has printed, once `text` is in it. A run that has only just begun may not print
    /// yet.
    pub(super) fn printed(&mut self, pid: u64, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let printed = self.printed_by_a_run(pid, text);
            if printed.contains(text) {
                return printed;
            }
            assert!(begun.elapsed() < SOON, "{text:?} does not come: {printed}");
        }
    }

    /// The same, up to the end of the run at the latest.
    fn printed_by_a_run(&mut self, pid: u64, text: &str) -> String {
        let operator = &mut self.operator;
        let from = operator.ask("process.output", &json!({"target": pid, "follow": true}));
        let mut all = from["text"].as_str().unwrap().to_owned();
        while !all.contains(text) {
            let Notice { method, params } = operator.0.notice().unwrap();
            let notice: Value = serde_json::from_str(params.get()).unwrap();
            if notice["subscription"] == from["subscription"] {
                if method == "process.ended" {
                    return all;
                }
                all.push_str(notice["text"].as_str().unwrap());
            }
        }
        // Without a run the stream has ended by itself.
        let end = json!({"subscription": from["subscription"]});
        let _ = operator.0.call::<Value>("stream.end", &end);
        all
    }

    /// The kernel answers, and is not long about it.
    pub(super) fn serves(&mut self) {
        let begun = Instant::now();
        let path = json!({"path": "/apps/served"});
        self.operator.done("tree.put", &path);
        assert_eq!(self.operator.ask("kernel.status", &json!({}))["state"], "running");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

/// When a record was made, in milliseconds.
pub(super) fn moment(record: &Value) -> u64 {
    parse_moment(record["time"].as_str().unwrap()).unwrap()
}

/// How a run ended, by the record that says so, and what comes next.
pub(super) fn outcome(record: &Value) -> (&str, &str) {
    let event = &record["events"][0];
    (event["outcome"].as_str().unwrap(), event["next"].as_str().unwrap())
}
