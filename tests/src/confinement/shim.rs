//! An agent under the shim, as the kernel would start it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use weft_runtime::shim::{Confinement, Guarantees, Limits, Plan, Report, STOP};

/// What stands in the keys that no agent may read.
pub(super) const SECRET: &str = "the-operators-secret";

/// Limits that no test reaches which does not try.
pub(super) const LIMITS: Limits =
    Limits { open_files: 128, processes: 64, file_bytes: 256 << 20, core_bytes: 0 };

/// A folder with a node in it, and whatever else a test puts there.
pub(super) struct Place {
    root: TempDir,
}

impl Place {
    pub(super) fn new() -> Place {
        let place = Place { root: TempDir::new().unwrap() };
        fs::create_dir_all(place.path("node/keys")).unwrap();
        place.file("node/keys/operator.key", SECRET);
        place
    }

    /// A path in it, without symbolic links on the way.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A plan that grants nothing.
    pub(super) fn plan<const N: usize>(&self, argv: [&str; N]) -> Plan {
        Plan {
            argv: argv.map(str::to_owned).into(),
            env: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
            cwd: None,
            read: Vec::new(),
            write: Vec::new(),
            socket: self.path("node/kernel.sock"),
            hidden: vec![self.path("node")],
            limits: LIMITS,
            grace_ms: 200,
            confinement: Confinement::AsFarAsPossible,
        }
    }

    pub(super) fn sh(&self, script: &str) -> Plan {
        self.plan(["sh", "-c", script])
    }

    pub(super) fn python(&self, script: &str) -> Plan {
        self.plan(["python3", "-c", script])
    }
}

/// Where the shim runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Where it finds everything that it asks for.
    Here,
    /// Where namespaces are switched off, as they are in many containers.
    WithoutNamespaces,
}

/// Both kinds of places.
pub(super) const EVERYWHERE: [Where; 2] = [Where::Here, Where::WithoutNamespaces];

/// A running shim.
pub(super) struct Shim {
    child: Child,
    control: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
    output: BufReader<ChildStderr>,
}

/// What a run came to.
pub(super) struct Ran {
    pub(super) guarantees: Guarantees,
    pub(super) end: Report,
    pub(super) output: String,
}

impl Shim {
    pub(super) fn start(plan: &Plan, place: Where) -> Shim {
        Shim::tell(&serde_json::to_string(plan).unwrap(), &mut command(place))
    }

    /// Starts `command` and writes `line` to it as the plan.
    pub(super) fn tell(line: &str, command: &mut Command) -> Shim {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_clear();
        let mut child = command.env("PATH", "/usr/bin:/bin").spawn().unwrap();
        let mut control = child.stdin.take().unwrap();
        // A line that is refused need not be read to its end.
        let _ = control.write_all(format!("{line}\n").as_bytes());
        let reports = BufReader::new(child.stdout.take().unwrap());
        let output = BufReader::new(child.stderr.take().unwrap());
        Shim { child, control: Some(control), reports, output }
    }

    /// The next report; `None` when there will be none.
    pub(super) fn report(&mut self) -> Option<Report> {
        let mut line = String::new();
        let len = self.reports.read_line(&mut line).unwrap();
        (len > 0).then(|| serde_json::from_str(&line).unwrap())
    }

    /// The first report, which must say that the program runs.
    pub(super) fn ready(&mut self) -> (u32, Guarantees) {
        match self.report() {
            Some(Report::Ready { pid, guarantees }) => (pid, guarantees),
            other => panic!("not ready but {other:?}: {}", self.rest()),
        }
    }

    /// The next line that the program prints.
    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Everything that is printed until nobody is left who could print.
    pub(super) fn rest(&mut self) -> String {
        let mut printed = Vec::new();
        self.output.read_to_end(&mut printed).unwrap();
        String::from_utf8(printed).unwrap()
    }

    pub(super) fn stop(&mut self) {
        self.control.as_mut().unwrap().write_all(format!("{STOP}\n").as_bytes()).unwrap();
    }

    /// What the end of the kernel looks like from the shim.
    pub(super) fn lose_the_kernel(&mut self) {
        self.control.take();
    }

    /// SIGKILL to the shim itself.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Reads to the end, and waits for the shim.
    pub(super) fn finish(mut self) -> Ran {
        let guarantees = self.ready().1;
        let output = self.rest();
        let end = self.report().expect("the shim says how it ended");
        assert_eq!(self.report(), None);
        assert!(self.child.wait().unwrap().success());
        Ran { guarantees, end, output }
    }
}

impl Drop for Shim {
    fn drop(&mut self) {
        self.control.take();
        self.child.wait().unwrap();
    }
}

/// Runs a plan to its end, with every guarantee there.
pub(super) fn run(plan: &Plan) -> Ran {
    let ran = Shim::start(plan, Where::Here).finish();
    let confined = ran.guarantees.is_confined();
    assert!(confined, "this machine does not confine agents: {:?}\n{}", ran.guarantees, ran.output);
    ran
}

/// Runs a plan to its end where there is only Landlock.
pub(super) fn run_bare(plan: &Plan) -> Ran {
    let ran = Shim::start(plan, Where::WithoutNamespaces).finish();
    assert!(
        !ran.guarantees.is_confined() && ran.guarantees.landlock_abi >= 6,
        "{:?}",
        ran.guarantees
    );
    assert!(!ran.guarantees.missing.is_empty());
    ran
}

/// The same in either place.
pub(super) fn run_in(place: Where, plan: &Plan) -> Ran {
    match place {
        Where::Here => run(plan),
        Where::WithoutNamespaces => run_bare(plan),
    }
}

/// The shim's own command.
pub(super) fn command(place: Where) -> Command {
    let weft = env!("CARGO_BIN_EXE_weft-under-test");
    match place {
        Where::Here => {
            let mut command = Command::new(weft);
            command.arg("shim");
            command
        }
        Where::WithoutNamespaces => {
            // A user namespace in which no further one can be made, with the user's own rights.
            let off = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" shim \"$@\"";
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "sh", "-c", off, weft]);
            command
        }
    }
}

/// An argument of `sleep` that nobody else uses, to find it by.
pub(super) fn marker() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("86400.{:07}{count:03}", std::process::id())
}

/// The processes of this machine that have `marker` among their arguments.
pub(super) fn marked(marker: &str) -> Vec<u32> {
    let pids = fs::read_dir("/proc").unwrap();
    let pids = pids.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    pids.filter(|pid| has_argument(*pid, marker)).collect()
}

/// The same, once there are `count`; each takes a moment from fork to exec.
pub(super) fn marked_at_least(marker: &str, count: usize) -> Vec<u32> {
    loop {
        let found = marked(marker);
        if found.len() >= count {
            return found;
        }
        std::thread::yield_now();
    }
}

fn has_argument(pid: u32, wanted: &str) -> bool {
    let arguments = fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline"));
    let arguments = arguments.unwrap_or_default();
    arguments.split(|byte| *byte == 0).any(|argument| argument == wanted.as_bytes())
}

/// A program of the test's own.
pub(super) fn executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The end by an exit code.
pub(super) fn code(code: u8) -> Report {
    Report::Exited { code: Some(code), signal: None }
}

/// The end by a signal.
pub(super) fn signal(signal: u8) -> Report {
    Report::Exited { code: None, signal: Some(signal) }
}
