//! Accepting clients.

use super::connection::{Connection, closed};
use super::desk::Desk;
use super::fault::{Fault, Trouble};
use super::hooks::Kin;
use super::limits::{AGENT_CLIENTS_MAX, CLIENTS_MAX};
use super::session::Session;
use super::shared::Shared;
use super::{Hooks, wire};
use crate::{Handle, Native};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long accepting pauses when the operating system has no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long clients may take to be told the last answers when the kernel goes.
const FAREWELL_MAX: Duration = Duration::from_secs(2);

/// Serves clients of the socket `listener`, which does not block, until `cancelled` says true or its
/// sender is gone. The soft limit of open files is raised to the hard one: every client is one.
///
/// # Errors
/// What the operating system says when the socket cannot be used, or the log's first record not read.
pub async fn serve(
    listener: std::os::unix::net::UnixListener,
    handle: Handle<Native>,
    hooks: Hooks,
    mut cancelled: watch::Receiver<bool>,
) -> io::Result<()> {
    raise_open_files();
    let listener = UnixListener::from_std(listener)?;
    let shared = Arc::new(Shared::new(handle, hooks).map_err(io::Error::other)?);
    let (closing, closes) = watch::channel(false);
    let mut clients = JoinSet::new();
    let bell = shared.clone();
    clients.spawn(async move { bell.bell.ring(&bell.handle).await });
    loop {
        tokio::select! {
            () = closed(&mut cancelled) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => welcome(&shared, stream, &closes, &mut clients),
                Err(error) => {
                    tracing::warn!(%error, "a client cannot be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = clients.join_next() => {}
        }
    }
    drop(listener);
    closing.send_replace(true);
    // The bell goes on until the kernel ends: it is not waited for.
    let _ = timeout(FAREWELL_MAX, async {
        while clients.len() > 1 {
            let _ = clients.join_next().await;
        }
    })
    .await;
    Ok(())
}

fn welcome(
    shared: &Arc<Shared>,
    stream: UnixStream,
    closes: &watch::Receiver<bool>,
    clients: &mut JoinSet<()>,
) {
    let peer = stream.peer_cred().ok().and_then(|peer| peer.pid());
    let os_pid = peer.and_then(|pid| u32::try_from(pid).ok());
    let kin = os_pid.map_or(Kin::Unknown, |os_pid| shared.hooks.families.kin_of(os_pid));
    let agent = match kin {
        Kin::Agent(agent) => Some(agent),
        Kin::Outside | Kin::Unknown => None,
    };
    let Some(slot) = shared.slots.enter(agent) else {
        let message =
            format!("there are {CLIENTS_MAX} clients, or {AGENT_CLIENTS_MAX} of this agent");
        return turn_away(&stream, &Fault::new(Trouble::TooManyClients, message));
    };
    match Session::new(shared.log_id, os_pid) {
        Ok(session) => {
            let desk = Desk::new(shared.clone(), session, slot);
            clients.spawn(Connection::new(stream, desk, closes.clone()).run());
        }
        Err(error) => turn_away(&stream, &error.into()),
    }
}

fn turn_away(stream: &UnixStream, fault: &Fault) {
    let mut line = Vec::new();
    wire::error(&mut line, None, fault);
    // An empty socket takes a short line; a client that is gone already needs none.
    let _ = stream.try_write(&line);
}

fn raise_open_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
    {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
}
