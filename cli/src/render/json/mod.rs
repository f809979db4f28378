//! Records as JSON: the shape that docs/cli.md promises.

mod decision;
mod event;
mod record;
mod request;

pub(crate) use decision::Decision;
pub(crate) use event::Event;
pub(crate) use record::{PayloadState, Record};
pub(crate) use request::Request;
