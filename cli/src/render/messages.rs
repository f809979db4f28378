//! The answer of `weft ipc recv`.

use super::{Out, clean};
use crate::error::Error;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use weft_runtime::api::json::Message;

/// One message: its body as it was sent, but for a terminal, and a line feed.
pub(crate) fn message(out: &Out, found: &Message) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    if found.erased {
        out.remark(&format!("the body of message {} was erased", found.message));
    }
    if found.damaged {
        out.remark(&format!("the body of message {} is damaged", found.message));
    }
    let mut bytes = match (&found.body, &found.body_base64) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(base64)) => BASE64_STANDARD.decode(base64).map_err(Error::garbled)?,
        (None, None) => Vec::new(),
    };
    if out.is_terminal() {
        bytes = clean::lines(&String::from_utf8_lossy(&bytes)).into_bytes();
    }
    bytes.push(b'\n');
    out.bytes(&bytes)
}
