//! The binary as a daemon, over a node of its own.

use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use weft_projections::OperatorId;
use weft_runtime::api::json::Receipt;
use weft_runtime::api::{CallError, Client, Credentials, Notice};
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Keys, Layout, init};

/// How long something may take that has to happen.
const SOON: Duration = Duration::from_secs(30);

/// A node, and room for agents beside it; both go with the test.
pub(crate) struct Ground {
    pub(crate) layout: Layout,
    root: TempDir,
}

impl Ground {
    pub(crate) fn fresh() -> Ground {
        let root = TempDir::new().unwrap();
        let layout = Layout::new(root.path().canonicalize().unwrap().join("node"));
        let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
        let birth = Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None };
        init(&layout, birth).unwrap();
        Ground { layout, root }
    }

    /// The folder that holds all of it: a mark in the arguments of whatever belongs to the test.
    pub(crate) fn path(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    /// A folder for agents, by name.
    pub(crate) fn folder(&self, name: &str) -> String {
        let path = self.path().join("agents").join(name);
        fs::create_dir_all(&path).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// A running kernel; it is killed when it goes.
pub(crate) struct Daemon {
    pub(crate) layout: Layout,
    /// The record of its boot.
    pub(crate) booted: u64,
    said: PathBuf,
    child: Child,
}

impl Daemon {
    /// Starts it, and waits until it accepts commands.
    pub(crate) fn start(ground: &Ground) -> Daemon {
        let said = ground.path().join("stderr");
        let stderr = File::options().create(true).append(true).open(&said).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_weft-under-test"))
            .args(["kernel", "start", "--foreground", "-o", "json", "--data-dir"])
            .arg(ground.layout.data_dir())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut daemon = Daemon { layout: ground.layout.clone(), booted: 0, said, child };
        stdout.read_line(&mut line).unwrap();
        let started: Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            panic!("the kernel accepts no commands: {}", fs::read_to_string(&daemon.said).unwrap())
        });
        assert_eq!(started["pid"], daemon.pid());
        daemon.booted = started["booted"].as_u64().unwrap();
        daemon
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM, and an end in order.
    pub(crate) fn stop(mut self) {
        signal(self.pid(), "TERM");
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < SOON, "the kernel does not stop");
            std::thread::yield_now();
        };
        assert!(status.success(), "{status}");
    }

    pub(crate) fn connect(&self, credentials: Credentials) -> Result<Client, CallError> {
        Client::connect(&self.layout.socket(), Some(self.pid()), credentials)
    }

    pub(crate) fn operator(&self) -> Operator {
        let keys = Keys::load(&self.layout).unwrap();
        let mut client =
            self.connect(Credentials::Operator(OperatorId::FIRST, keys.into())).unwrap();
        client.set_answer_time_max(SOON).unwrap();
        Operator(client)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already, as it should.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            println!("the kernel said: {}", fs::read_to_string(&self.said).unwrap_or_default());
        }
    }
}

/// Sends a signal, by its name.
pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

/// An operator's connection.
pub(crate) struct Operator(pub(crate) Client);

impl Operator {
    /// Asks for a command, which has to take effect.
    pub(crate) fn done(&mut self, method: &str, params: &Value) -> Receipt {
        let receipt: Receipt = self.0.call(method, params).unwrap();
        assert!(receipt.took_effect(), "{method}: {receipt:?}");
        receipt
    }

    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.0.call(method, params).unwrap()
    }

    /// Spawns a process, and returns its pid.
    pub(crate) fn spawn(&mut self, params: &Value) -> u64 {
        let receipt = self.done("process.spawn", params);
        let record = self.ask("log.show", &json!({"record": receipt.seq}));
        record["events"][0]["pid"].as_u64().unwrap()
    }

    /// The records of a kind from `from` on, as they come, until `is_enough` of one.
    pub(crate) fn watch(
        &mut self,
        kind: &str,
        from: u64,
        mut is_enough: impl FnMut(&Value) -> bool,
    ) {
        let follow = json!({"kind": kind, "from": from});
        let subscription = self.ask("log.follow", &follow)["subscription"].clone();
        loop {
            let Notice { method, params } = self.0.notice().unwrap();
            let notice: Value = serde_json::from_str(params.get()).unwrap();
            if notice["subscription"] != subscription {
                continue;
            }
            assert_eq!(method, "log.record", "{notice}");
            if is_enough(&notice["record"]) {
                break;
            }
        }
        self.ask("stream.end", &json!({"subscription": subscription}));
    }
}
