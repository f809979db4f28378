//! Which commands carry a payload or a blob, and how long it may be.

use weft_projections::events::Backend;

use crate::{
    Command, PayloadInfo, Rejection,
    limits::{MESSAGE_BYTES_MAX, META_BYTES_MAX, PROGRAM_BYTES_MAX},
};

/// Refuses a payload or blob that the command does not take, and a missing or overlong one that it needs.
pub(super) fn check(
    command: &Command,
    payload: Option<PayloadInfo>,
    blob_len: Option<u32>,
) -> Result<(), Rejection> {
    let name = command.name();
    if let Some(len) = blob_len {
        let len_max = MESSAGE_BYTES_MAX;
        return match (command.inline_bytes_max(), payload) {
            (Some(_), None) if len > len_max => Err(Rejection::PayloadTooLong { len, len_max }),
            (Some(_), None) if len == 0 => Err(Rejection::PayloadMissing { command: name }),
            (Some(_), None) => Ok(()),
            (None, _) | (Some(_), Some(_)) => {
                Err(Rejection::PayloadUnexpected { command: name, len })
            }
        };
    }
    match (len_max(command), payload) {
        (None, None) => Ok(()),
        (None, Some(PayloadInfo { len, .. })) => {
            Err(Rejection::PayloadUnexpected { command: name, len })
        }
        (Some(_), None | Some(PayloadInfo { len: 0, .. })) => {
            Err(Rejection::PayloadMissing { command: name })
        }
        (Some(len_max), Some(PayloadInfo { len, .. })) if len > len_max => {
            Err(Rejection::PayloadTooLong { len, len_max })
        }
        (Some(_), Some(_)) => Ok(()),
    }
}

/// How many bytes of payload the command needs at most; nothing for a command without payload.
fn len_max(command: &Command) -> Option<u32> {
    match command {
        Command::Send(_) | Command::Publish(_) => command.inline_bytes_max(),
        Command::Spawn(request) => match request.backend {
            Backend::Native => Some(PROGRAM_BYTES_MAX),
            Backend::Embedded => None,
        },
        Command::Put(request) if !request.meta_keys.is_empty() => Some(META_BYTES_MAX),
        Command::Put(_)
        | Command::Unrecognised(_)
        | Command::Genesis(_)
        | Command::Redact(_)
        | Command::RotateKey(_)
        | Command::Snapshot(_)
        | Command::Boot(_)
        | Command::Shutdown(_)
        | Command::Suppressed(_)
        | Command::Started(_)
        | Command::Exited(_)
        | Command::Stop(_)
        | Command::Ack(_)
        | Command::Subscribe(_)
        | Command::Unsubscribe(_)
        | Command::Remove(_)
        | Command::Link(_)
        | Command::Grant(_)
        | Command::Revoke(_) => None,
    }
}
