//! The third stage: gives up every right, says what holds, and becomes the program.

use super::grants;
use super::lines::Lines;
use super::order::{Order, Word, read_line, write_line};
use super::{Confinement, Guarantees, LANDLOCK_ABI_MIN, LINE_BYTES_MAX, Limits, Plan, fence};
use rustix::process::{
    Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit, setsid,
};
use rustix::stdio::{stderr, stdin, stdout};
use rustix::thread::{
    CapabilitiesSecureBits, CapabilitySet, CapabilitySets, clear_ambient_capability_set,
    no_new_privs, remove_capability_from_bounding_set, set_capabilities,
    set_capabilities_secure_bits, set_no_new_privs,
};
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exit codes of a program that never was one, as in a shell.
const NOT_FOUND: u8 = 127;
const NOT_STARTED: u8 = 126;

/// Linux has fewer capabilities than this.
const CAPABILITIES_MAX: u32 = 64;

/// Returns only where there was no program to become.
pub(super) fn run() -> io::Result<()> {
    let line = Lines::new(stdin(), 2 * LINE_BYTES_MAX).next()?;
    let Order { plan, guarantees } = read_line(&line.unwrap_or_default())?;
    // A copy that an exec closes: stdout itself is the program's by the time that it fails.
    let mut words = File::from(stdout().try_clone_to_owned()?);
    let error = match seal(&plan, guarantees) {
        Ok(sealed) => {
            let unconfined = unconfined(&plan, &sealed);
            write_line(&mut words, &Word::Sealed(sealed))?;
            unconfined.unwrap_or_else(|| become_program(&plan))
        }
        Err(error) => error,
    };
    let code = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_STARTED };
    write_line(&mut words, &Word::CannotStart { code, reason: error.to_string() })
}

/// Why the program must not be started, if that is so.
fn unconfined(plan: &Plan, sealed: &Guarantees) -> Option<io::Error> {
    let may_run = plan.confinement == Confinement::AsFarAsPossible || sealed.is_confined();
    let missing = sealed.missing.join("; ");
    let reason = format!("a program has to be confined here, and cannot be: {missing}");
    (!may_run).then(|| io::Error::other(reason))
}

/// Everything that can be given up is, before anything of the program is looked at.
fn seal(plan: &Plan, mut guarantees: Guarantees) -> io::Result<Guarantees> {
    setsid()?;
    if !guarantees.pid_namespace {
        set_parent_process_death_signal(Some(Signal::KILL))?;
    }
    limit(plan.limits)?;
    // In a root of one's own the paths are what they were made to be.
    let grants = grants::open(plan);
    give_up_rights()?;
    set_no_new_privs(true)?;
    guarantees.no_new_privs = no_new_privs()?;
    let fence = fence::restrict(&grants, guarantees.mount_namespace);
    guarantees.landlock_abi = fence.map_err(io::Error::other)?;
    if guarantees.landlock_abi < LANDLOCK_ABI_MIN {
        let found = guarantees.landlock_abi;
        guarantees
            .missing
            .push(format!("Landlock {LANDLOCK_ABI_MIN} is needed, and {found} is there"));
    }
    if !guarantees.process_limit {
        guarantees.missing.push("nothing bounds the processes of root".to_owned());
    }
    Ok(guarantees)
}

fn limit(limits: Limits) -> io::Result<()> {
    let all = [
        (Resource::Nofile, limits.open_files),
        (Resource::Nproc, limits.processes),
        (Resource::Fsize, limits.file_bytes),
        (Resource::Core, limits.core_bytes),
    ];
    for (resource, most) in all {
        let most = getrlimit(resource).maximum.map_or(most, |held| held.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Empties every set of capabilities for good. Who holds none cannot, and need not.
fn give_up_rights() -> io::Result<()> {
    let bits = CapabilitiesSecureBits::NO_ROOT | CapabilitiesSecureBits::NO_ROOT_LOCKED;
    if set_capabilities_secure_bits(bits).is_ok() {
        for number in 0..CAPABILITIES_MAX {
            // Numbers that are no capability are refused.
            let one = CapabilitySet::from_bits_retain(1 << number);
            let _ = remove_capability_from_bounding_set(one);
        }
    }
    clear_ambient_capability_set()?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(())
}

/// Returns the reason why not.
fn become_program(plan: &Plan) -> io::Error {
    let Some((name, arguments)) = plan.argv.split_first() else {
        return io::Error::from(io::ErrorKind::NotFound);
    };
    let output = match stderr().try_clone_to_owned() {
        Ok(output) => output,
        Err(error) => return error,
    };
    let cwd = plan.cwd.as_deref().unwrap_or(default_cwd());
    let error = Command::new(name)
        .args(arguments)
        .env_clear()
        .envs(&plan.env)
        .current_dir(cwd)
        .stdin(Stdio::null())
        .stdout(output)
        .exec();
    let place = cwd.display();
    io::Error::new(error.kind(), format!("cannot start {name} in {place}: {error}"))
}

fn default_cwd() -> &'static Path {
    let tmp = Path::new("/tmp");
    if std::fs::read_dir(tmp).is_ok() { tmp } else { Path::new("/") }
}
