//! The entry of the agents that are this program.

use super::analyst::analyst;
use super::kernel::Kernel;
use super::reader::reader;
use super::reporter::reporter;
use crate::demo::Error;
use crate::demo::names::Role;
use crate::render::Out;
use std::path::Path;

/// Plays `role` over the files of `folder` until the kernel ends this process.
///
/// # Errors
/// What the kernel refuses, or that it is gone.
pub(crate) fn run(out: Out, role: Role, folder: &Path) -> Result<(), Error> {
    let kernel = Kernel::connect(out, role)?;
    match role {
        Role::Reader => reader(kernel),
        Role::FirstAnalyst | Role::SecondAnalyst => analyst(kernel, role, folder),
        Role::Reporter => reporter(kernel),
    }
}
