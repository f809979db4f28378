//! What has to hold of a request before it may reach the gate, whatever the gate then says.

use crate::kernel::Refused;
use weft_commands::{Command, Submission, encode_request};
use weft_projections::Seq;

/// The encoded request, if a record at `next` can hold it.
///
/// # Errors
/// [`Refused::Malformed`] for what no record may hold, [`Refused::CauseAhead`] for a cause that is no record yet.
pub(crate) fn recordable(submission: &Submission, next: Seq) -> Result<Vec<u8>, Refused> {
    let encoded =
        encode_request(submission).map_err(|error| Refused::Malformed(error.to_string()))?;
    match (&submission.command, submission.payload) {
        (Command::Genesis(_), _) => {
            return Err(Refused::Malformed("a log has one genesis record".to_owned()));
        }
        // The format forbids it in a record of this kind, even in one that was refused (docs/format.md).
        (Command::RotateKey(_), Some(_)) => {
            return Err(Refused::Malformed("log.rotate_key takes no payload".to_owned()));
        }
        (_, _) => {}
    }
    match submission.cause.filter(|cause| *cause >= next) {
        Some(cause) => Err(Refused::CauseAhead { cause, next }),
        None => Ok(encoded),
    }
}
