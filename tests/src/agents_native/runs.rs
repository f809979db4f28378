//! How the runs of agents end, and that nothing is left of them.

use super::witness::{Witness, outcome};

use crate::support::{Process, Processes, signal};
use std::time::{Duration, Instant};

/// A program that leaves three others behind, each in a session of its own, and then does `end`.
/// Its folder is in the arguments of every one.
fn clinging(folder: &str, end: &str) -> [String; 5] {
    let child = "setsid sh -c 'sleep 86400; :' \"$1\" &";
    let script = format!("{child} {child} ({child}) ; echo up; {end}");
    ["sh".to_owned(), "-c".to_owned(), script, "sh".to_owned(), folder.to_owned()]
}

fn spawn_clinging(witness: &mut Witness, end: &str) -> (u64, String) {
    let folder = witness.ground.folder("clinging");
    let program = clinging(&folder, end);
    let pid = witness.spawn("clinging", &program.each_ref().map(String::as_str));
    (pid, folder)
}

/// The processes that have the folder among their arguments, once there are that many.
fn await_processes(folder: &str, count: usize) -> Vec<Process> {
    let begun = Instant::now();
    loop {
        let found: Vec<_> = Processes::now().marked(folder).cloned().collect();
        if found.len() == count {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{count} expected: {found:#?}");
        std::thread::yield_now();
    }
}

#[test]
fn nothing_that_a_program_forked_outlives_it() {
    let mut witness = Witness::start();
    let (pid, folder) = spawn_clinging(&mut witness, "exit 0");
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("code:0", "exited"));
    // The end is on the chain only once it is true of everything.
    assert_eq!(Processes::now().marked(&folder).collect::<Vec<_>>(), [] as [&Process; 0]);
}

#[test]
fn nothing_that_a_program_forked_outlives_its_stop() {
    let mut witness = Witness::start();
    let (pid, folder) = spawn_clinging(&mut witness, "sleep 86400; :");
    await_processes(&folder, 4);
    witness.stop(pid);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("stopped", "exited"));
    assert_eq!(Processes::now().marked(&folder).collect::<Vec<_>>(), [] as [&Process; 0]);
}

#[test]
fn nothing_that_a_program_forked_outlives_a_kernel_that_is_killed() {
    let mut witness = Witness::start();
    let (_, folder) = spawn_clinging(&mut witness, "sleep 86400; :");
    await_processes(&folder, 4);
    signal(witness.daemon.pid(), "KILL");
    await_processes(&folder, 0);
}

#[test]
fn an_agent_that_is_killed_is_started_again() {
    let mut witness = Witness::start();
    let (pid, folder) = spawn_clinging(&mut witness, "sleep 86400; :");
    let processes = await_processes(&folder, 4);
    let program = processes.iter().find(|process| process.arguments[1] == "-c");
    let program = program.filter(|program| program.arguments[2].contains("setsid")).unwrap();
    signal(program.pid, "KILL");
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("signal:9", "restarting"));
    let again = await_processes(&folder, 4);
    assert!(!again.iter().any(|process| processes.contains(process)));
    assert_eq!(witness.show(pid)["generation"], 2);
}

#[test]
fn an_agent_whose_shim_is_killed_dies_with_it_and_is_started_again() {
    let mut witness = Witness::start();
    let (pid, folder) = spawn_clinging(&mut witness, "sleep 86400; :");
    let processes = await_processes(&folder, 4);
    let now = Processes::now();
    let shims: Vec<_> = now.children_of(witness.daemon.pid()).collect();
    assert_eq!(shims.len(), 1);
    signal(shims[0].pid, "KILL");
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("signal:9", "restarting"));
    witness.start_of(pid, 2);
    let again = await_processes(&folder, 4);
    assert!(!again.iter().any(|process| processes.contains(process)));
    witness.serves();
}

#[test]
fn an_agent_whose_shim_hangs_can_be_stopped() {
    let mut witness = Witness::start();
    let (pid, folder) = spawn_clinging(&mut witness, "sleep 86400; :");
    await_processes(&folder, 4);
    let now = Processes::now();
    now.children_of(witness.daemon.pid()).for_each(|shim| signal(shim.pid, "STOP"));
    witness.stop(pid);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("stopped", "exited"));
    await_processes(&folder, 0);
}
