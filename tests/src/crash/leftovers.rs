//! A shim that does not notice that its kernel is gone.

use super::agents::{Agents, check_starts};
use super::chain::Chain;
use crate::support::{Daemon, Ground, Processes, signal};

#[test]
fn an_agent_does_not_begin_again_beside_what_is_left_of_it() {
    let ground = Ground::fresh();
    let daemon = Daemon::start(&ground);
    let agents = Agents::spawn(&ground, &mut daemon.operator());
    agents.until_up(&daemon);
    let shims: Vec<_> = Processes::now().children_of(daemon.pid()).cloned().collect();
    for shim in &shims {
        signal(shim.pid, "STOP");
    }
    signal(daemon.pid(), "KILL");
    drop(daemon);
    let left = Processes::now();
    assert!(!shims.is_empty() && shims.iter().all(|shim| left.has(shim)));
    let daemon = Daemon::start(&ground);
    agents.until_up(&daemon);
    agents.check_running(&daemon);
    check_starts(&agents.starts(), &Chain::read(&ground.layout).started);
    let left = Processes::now();
    assert!(!shims.iter().any(|shim| left.has(shim)));
    daemon.stop();
}
