//! What an earlier kernel of the node has left: shims that have not noticed yet that it is gone.

use rustix::process::{Pid, Signal, getuid, kill_process};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long shims get to notice by themselves.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How often one looks whether they have.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What the shims of a node go by among the processes of the machine: their `argv[0]`.
pub(super) fn shim_name(data_dir: &Path) -> OsString {
    let mut name = OsString::from("weft shim of ");
    name.push(data_dir);
    name
}

/// Waits until no shim of that name runs. Who calls this has started none, and holds the node's lock: they
/// belong to a kernel that is gone, and end once they see that its pipe has. Those that have not after
/// `patience` are killed, and what they started goes with them.
///
/// There is no end to the waiting for a process that cannot even be killed: rather does an agent not run
/// than twice.
pub(super) async fn until_gone(name: &OsStr, patience: Duration) {
    if timeout(patience, until_none(name)).await.is_ok() {
        return;
    }
    for pid in shims(name) {
        tracing::warn!(pid = pid.as_raw_nonzero(), "a shim of an earlier kernel is killed");
        // It may have ended in the meantime.
        let _ = kill_process(pid, Signal::KILL);
    }
    until_none(name).await;
}

async fn until_none(name: &OsStr) {
    while !shims(name).is_empty() {
        sleep(LOOK_EVERY).await;
    }
}

/// The processes of this user that go by that name.
fn shims(name: &OsStr) -> Vec<Pid> {
    // Without /proc there are no shims either: they start their stages from it.
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let own = getuid().as_raw();
    let pids = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
        let arguments = fs::read(entry.path().join("cmdline")).ok()?;
        let is_named = arguments.split(|byte| *byte == 0).next() == Some(name.as_bytes());
        (is_named && entry.metadata().ok()?.uid() == own).then_some(pid)
    });
    pids.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    /// Something that goes by `name` until its stdin ends. A process that was just made has no arguments
    /// yet for a moment, so what it says first is waited for.
    fn leftover(name: &OsStr) -> Child {
        let mut command = Command::new("sh");
        command.arg0(name).args(["-c", "echo up; read line; :"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut up = [0; 3];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut up).unwrap();
        child
    }

    fn wait(name: &OsStr, patience: Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(until_gone(name, patience));
    }

    #[test]
    fn those_that_end_by_themselves_are_waited_for() {
        let name = shim_name(Path::new("/nowhere/waited-for"));
        let (mut ours, mut other) = (leftover(&name), leftover(OsStr::new("weft shim of /else")));
        assert_eq!(shims(&name).len(), 1);
        let waiting = std::thread::spawn({
            let name = name.clone();
            move || wait(&name, Duration::from_secs(60))
        });
        drop(ours.stdin.take());
        assert!(ours.wait().unwrap().code().is_some(), "it was killed");
        waiting.join().unwrap();
        assert_eq!(other.try_wait().unwrap(), None);
        drop(other.stdin.take());
        other.wait().unwrap();
    }

    #[test]
    fn those_that_stay_are_killed() {
        let name = shim_name(Path::new("/nowhere/killed"));
        let mut ours = leftover(&name);
        wait(&name, Duration::from_millis(1));
        assert_eq!(ours.wait().unwrap().code(), None);
    }
}
