//! Namespaces of one's own, where the system grants them.

use super::Guarantees;
use super::order::command;
use nix::sched::{CloneFlags, unshare};
use rustix::process::{getgid, getuid};
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, configure_capability_in_ambient_set,
    set_capabilities,
};
use std::fs;
use std::io::{self, Read};

/// What the second stage needs inside: mounts, `pid_max`, and to give all of it up.
const INNER_RIGHTS: [CapabilitySet; 3] =
    [CapabilitySet::SYS_ADMIN, CapabilitySet::SYS_RESOURCE, CapabilitySet::SETPCAP];

/// Ubuntu's switch: with it a user namespace is made, and is then worth nothing.
const RESTRICTION: &str = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/// Who root is inside: not root, so that no program that the agent starts gains anything by its id.
const ID_OF_ROOT: u32 = 1_000;

/// What the probe says when all went well.
const YES: &str = "yes";

/// Moves this process into a user namespace, and its children into a PID and an IPC namespace below it.
/// Only a process without other threads can.
///
/// # Errors
/// When the namespaces were made and could not be set up: there is no way back.
pub(super) fn enter() -> io::Result<Guarantees> {
    // Root is not held by the limit on a user's processes: for it the PID namespace has to be bounded.
    let process_limit = !getuid().is_root();
    let missing = |reason: String| Guarantees {
        process_limit,
        missing: vec![reason],
        ..Guarantees::default()
    };
    if is_restricted() && !probe_says_yes()? {
        return Ok(missing("this user may not have user namespaces (AppArmor)".to_owned()));
    }
    let (uid, gid) = (getuid().as_raw(), getgid().as_raw());
    let flags = CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWIPC;
    if let Err(error) = unshare(flags) {
        return Ok(missing(format!("namespaces are refused: {error}")));
    }
    write_map("setgroups", "deny")?;
    write_map("uid_map", &format!("{} {uid} 1", inside(uid)))?;
    write_map("gid_map", &format!("{} {gid} 1", inside(gid)))?;
    hand_down_rights()?;
    let user_namespace = true;
    Ok(Guarantees { user_namespace, pid_namespace: true, process_limit, ..Guarantees::default() })
}

/// Tries it, and says so.
pub(super) fn probe() -> io::Result<()> {
    if enter_unprobed().is_ok() {
        io::Write::write_all(&mut io::stdout(), YES.as_bytes())?;
    }
    Ok(())
}

fn enter_unprobed() -> io::Result<()> {
    let uid = getuid().as_raw();
    unshare(CloneFlags::CLONE_NEWUSER)?;
    write_map("uid_map", &format!("{} {uid} 1", inside(uid)))
}

fn is_restricted() -> bool {
    !getuid().is_root() && fs::read_to_string(RESTRICTION).is_ok_and(|text| text.trim() == "1")
}

fn probe_says_yes() -> io::Result<bool> {
    let mut probe = command("probe").spawn()?;
    let mut said = String::new();
    if let Some(stdout) = &mut probe.stdout {
        stdout.take(64).read_to_string(&mut said)?;
    }
    probe.wait()?;
    Ok(said == YES)
}

fn inside(id: u32) -> u32 {
    if id == 0 { ID_OF_ROOT } else { id }
}

fn write_map(name: &str, text: &str) -> io::Result<()> {
    let path = format!("/proc/self/{name}");
    fs::write(&path, text).map_err(|error| io::Error::other(format!("{path}: {error}")))
}

/// Whoever is not root loses every right at exec, save those that were made ambient (capabilities(7)).
fn hand_down_rights() -> io::Result<()> {
    let rights: CapabilitySet = INNER_RIGHTS.into_iter().collect();
    let held = capabilities(None)?;
    set_capabilities(None, CapabilitySets { inheritable: rights, ..held })?;
    for right in INNER_RIGHTS {
        configure_capability_in_ambient_set(right, true)?;
    }
    Ok(())
}
