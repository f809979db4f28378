//! A node with a kernel in the background, which goes with the test.

use super::node::{Node, Ran};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// How long anything may take; only a failing test takes so long.
const LONGEST: Duration = Duration::from_secs(60);

/// How often a process is asked for its first line: on a busy machine a connection may fail.
const LOGS_ASKED_MAX: usize = 20;

/// A running kernel: everything that a node can do, and more.
pub(super) struct Daemon {
    node: Node,
    pid: u64,
}

/// An agent as the environment of its processes says it.
pub(super) struct Agent<'a> {
    daemon: &'a Daemon,
    pub(super) name: String,
    pub(super) token: String,
}

/// Records as they come.
pub(super) struct Follower {
    child: Child,
    lines: Receiver<String>,
}

impl Daemon {
    /// A fresh node with a kernel.
    pub(super) fn start() -> Daemon {
        Daemon::on(Node::fresh())
    }

    /// A kernel on that node.
    pub(super) fn on(node: Node) -> Daemon {
        let pid = node.json(["kernel", "start"])["pid"].as_u64().unwrap();
        Daemon { node, pid }
    }

    pub(super) fn pid(&self) -> u64 {
        self.pid
    }

    /// Ends the kernel at once, as a crash would, and waits until the node is free.
    pub(super) fn kill(&self) {
        signal(self.pid, "KILL");
        self.free();
    }

    /// The node, once its kernel has ended.
    pub(super) fn into_node(mut self) -> Node {
        self.free();
        std::mem::replace(&mut self.node, Node::nowhere())
    }

    /// Starts a kernel where one was killed.
    pub(super) fn start_again(&mut self) {
        self.pid = self.node.json(["kernel", "start"])["pid"].as_u64().unwrap();
    }

    /// Waits until nobody holds the node: `kernel stop` finds nothing to stop then.
    fn free(&self) {
        let begun = std::time::Instant::now();
        while self.node.weft(["kernel", "status"]).code != 7 || self.is_held() {
            assert!(begun.elapsed() < LONGEST, "process {} holds the node", self.pid);
        }
    }

    fn is_held(&self) -> bool {
        let storage = weft_ledger::storage::Files::new(self.node.data_dir());
        weft_ledger::occupancy(&storage).unwrap() != weft_ledger::Occupancy::Free
    }

    /// Follows the log from record 0 on.
    pub(super) fn follow(&self) -> Follower {
        let mut follow = self.node.command(["log", "--follow", "--limit", "100000", "-o", "json"]);
        let mut child = follow.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Follower { child, lines }
    }

    /// Runs a shell script as an agent with those rights. `$0` is the program under test.
    pub(super) fn run(&self, name: &str, rights: &[&str], script: &str) -> Value {
        self.run_with(name, rights, &[], script)
    }

    pub(super) fn run_with(
        &self,
        name: &str,
        rights: &[&str],
        options: &[&str],
        script: &str,
    ) -> Value {
        let mut arguments = vec!["run", name];
        rights.iter().for_each(|right| arguments.extend(["--can", right]));
        arguments.extend(options);
        arguments.extend(["--", "sh", "-c", script, env!("CARGO_BIN_EXE_weft-under-test")]);
        self.node.json_of(&arguments)
    }

    /// An agent that does nothing but live, so that the test can be it.
    pub(super) fn agent(&self, name: &str, rights: &[&str]) -> Agent<'_> {
        let mut follower = self.follow();
        self.run(name, rights, "echo $WEFT_TOKEN; exec sleep 600");
        follower.until(|record| record["kind"] == "process.started");
        let mut said = Vec::new();
        while said.len() < LOGS_ASKED_MAX {
            match self.first_line(name) {
                Ok(token) => return Agent { daemon: self, name: name.to_owned(), token },
                Err(stderr) => said.push(stderr),
            }
        }
        panic!("{name} printed no token: {said:?}; {}", self.node.done(["log", name]));
    }

    /// The first line that a process prints, or why there is none.
    fn first_line(&self, name: &str) -> Result<String, String> {
        let mut logs = self.node.command(["logs", name, "--follow"]);
        let mut child = logs.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        let ran = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        Some(line.trim().to_owned()).filter(|line| !line.is_empty()).ok_or(stderr)
    }

    /// What a process printed, once it has exited.
    pub(super) fn printed(&self, name: &str) -> String {
        self.follow().until(|record| {
            record["kind"] == "process.exited" && record["events"][0]["next"] == "exited"
        });
        self.node.done(["logs", name])
    }
}

impl Deref for Daemon {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        signal(self.pid, "KILL");
    }
}

impl Agent<'_> {
    /// The binary as this agent, without any node on the disk.
    pub(super) fn command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Command {
        let mut command = self.daemon.command(arguments);
        command.env_remove("WEFT_HOME").env("WEFT_TOKEN", &self.token);
        command.env("WEFT_SOCKET", self.daemon.data_dir().join("kernel.sock"));
        command
    }

    pub(super) fn weft<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    pub(super) fn done<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> String {
        let ran = self.weft(arguments);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran.stdout
    }
}

impl Follower {
    /// Reads on until a record fits, and returns it.
    pub(super) fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.lines.recv_timeout(LONGEST).expect("the record comes");
            let record: Value = serde_json::from_str(&line).unwrap();
            if fits(&record) {
                return record;
            }
        }
    }

    /// Waits for the end of the stream, and returns its exit code.
    pub(super) fn end(mut self) -> i32 {
        while self.lines.recv_timeout(LONGEST).is_ok() {}
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(super) fn signal(pid: u64, name: &str) {
    let mut kill = Command::new("kill");
    kill.args([&format!("-{name}"), &pid.to_string()]).stderr(Stdio::null());
    kill.status().expect("kill is there");
}
