//! What leaves the kernel, as JSON: the shapes that docs/cli.md and docs/api.md promise.
//!
//! Fields are only ever added. Link, id, time and actor are strings, other integers stay below 2^53.

mod bytes;
mod content;
mod decision;
mod event;
mod message;
pub mod metadata;
mod process;
mod receipt;
mod record;
mod request;
mod resource;
mod standing;
pub mod time;
mod trace;

pub use bytes::text_or_base64;
pub use content::Content;
pub use decision::{Decision, Finding, Rejection, Word};
pub use event::Event;
pub use message::{Body, Message};
pub use process::{HeldGrant, Process, ProcessDetails, outcome};
pub use receipt::{Position, Receipt, Told};
pub use record::{Blob, BlobState, PayloadState, Record, WholeRecord};
pub use request::{Effect, Request, restart};
pub use resource::{Metadata, Resource, ResourceDetails};
pub use standing::{Head, Scrub, SignedTree, Standing, Status};
pub use trace::{Cut, Descendant, Trace};
