//! The shim: the program between the kernel and an agent, which confines it and stays as its parent.
//!
//! The kernel starts `weft shim` with three pipes and writes a [`Plan`] as one line of JSON to its
//! stdin, which then stays open: the line [`STOP`] asks the program to end, and the end of the pipe
//! means that the kernel is gone. On stdout the shim answers with lines of JSON ([`Report`]); what the
//! program prints, on either stream, goes to stderr. docs/security.md says what all this is worth.
//!
//! Three stages, since nothing here is unsafe and so nothing can run between fork and exec; each
//! starts the next one from `/proc/self/exe`:
//!
//! 1. [`Stage::Outer`] (`outer.rs`) makes the namespaces, stays outside of them and passes words on;
//! 2. [`Stage::Inner`] (`inner.rs`) is the first process of the PID namespace: it builds the root
//!    that the program sees, reaps orphans, and when it dies everything in the namespace does;
//! 3. [`Stage::Program`] (`program.rs`) gives up every right and becomes the program.
//!
//! What cannot be had is not there: the run goes on with what there is, and [`Guarantees`] says so.
//! Start reading at `outer.rs`.

mod descendants;
mod fence;
mod grants;
mod inner;
mod lines;
mod mounts;
mod namespaces;
mod order;
mod outer;
mod plan;
mod program;
mod report;
mod root;
mod run;
mod system;
mod timer;

pub use plan::{
    ARGUMENTS_MAX, Confinement, Invalid, LINE_BYTES_MAX, Limits, PATHS_MAX, Plan, STOP,
    TMP_BYTES_MAX,
};
pub use report::{Guarantees, LANDLOCK_ABI_MIN, Report};
pub use run::{Stage, UnknownStage, run};
