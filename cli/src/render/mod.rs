//! How things look: the only place that writes to a terminal, a pipe or a file.
//!
//! Each file prints one thing, as text for people and as JSON for machines.

mod born;
mod broken;
pub(crate) mod clean;
mod document;
mod fail;
mod journal;
mod live;
mod messages;
mod moved;
mod out;
mod printed;
mod process;
mod processes;
mod progress;
mod proof;
mod receipt;
mod record;
mod records;
mod replayed;
mod resource;
mod resources;
mod standing;
mod started;
mod status;
mod summary;
mod table;
mod verified;
mod version;

pub(crate) use born::{Born, born};
pub(crate) use broken::broken;
pub(crate) use document::Document;
pub(crate) use fail::fail;
pub(crate) use journal::journal;
pub(crate) use live::live;
pub(crate) use messages::message;
pub(crate) use moved::{Forked, backed_up, exported, forked, imported, kept, restored};
pub(crate) use out::Out;
pub(crate) use printed::{Printed, printed};
pub(crate) use process::process;
pub(crate) use processes::processes;
pub(crate) use progress::Progress;
pub(crate) use proof::{checkpoint, consistent, proof, proved};
pub(crate) use receipt::receipt;
pub(crate) use record::whole_record;
pub(crate) use records::Records;
pub(crate) use replayed::replayed;
pub(crate) use resource::resource;
pub(crate) use resources::resources;
pub(crate) use standing::standing;
pub(crate) use started::{Started, started};
pub(crate) use status::status;
pub(crate) use table::{Columns, Mark};
pub(crate) use verified::{Guarded, verified};
pub(crate) use version::{Version, version};
