//! The process that runs the kernel, and that the demo kills.

use super::Error;
use super::agent::Shared;
use super::client::{Ask, Client};
use super::leash::Leash;
use super::protocol::Progress;
use super::supervisor::Supervisor;
use crate::render::Out;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use weft_commands::Command;
use weft_commands::requests::kernel::Shutdown;
use weft_projections::Actor;
use weft_runtime::{Driver, Handle, Kernel, Native, OpenOptions, boot};

/// Boots the node in `data_dir`, plays the agents over the files of `folder` to the end, and stops in order.
///
/// # Errors
/// [`Error::ParentGone`] when the process at the other end of the pipes is gone, or what went wrong.
pub(crate) fn run(out: Out, data_dir: &Path, folder: &Path) -> Result<(), Error> {
    let (driver, handle) = open_and_boot(data_dir)?;
    let shared = Arc::new(Shared {
        out,
        folder: folder.to_owned(),
        leash: Leash::default(),
        failure: Mutex::default(),
    });
    listen(shared.clone())?;
    let client = Client::new(handle);
    Supervisor::new(client.clone(), shared.clone()).run()?;
    let boots = client.published().state.kernel.boots().to_string();
    let shutdown = Command::Shutdown(Shutdown {});
    client.once(Ask {
        actor: Actor::Kernel,
        command: shutdown,
        whom: &boots,
        body: None,
        cause: None,
    })?;
    let repeated = client.repeated();
    drop(client);
    driver.join()?;
    shared.say(Progress::Halted { repeated })
}

fn open_and_boot(data_dir: &Path) -> Result<(Driver, Handle<Native>), Error> {
    let (mut kernel, _) = Kernel::open(Native::new(data_dir), OpenOptions::writer())?;
    boot(&mut kernel)?;
    Ok(Driver::start(kernel)?)
}

/// Follows what the parent allows, until it is gone.
fn listen(shared: Arc<Shared>) -> Result<(), Error> {
    let follow = move || {
        for line in io::stdin().lock().lines() {
            match line.ok().and_then(|line| line.parse().ok()) {
                Some(allowance) => shared.leash.allow(allowance),
                None => break,
            }
        }
        shared.leash.cut();
    };
    // Not joined: it waits for the parent's next word, which may never come, and ends with the process.
    thread::Builder::new().name("parent".to_owned()).spawn(follow).map(drop).map_err(Error::Process)
}
