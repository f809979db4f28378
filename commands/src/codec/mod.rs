//! Values to canonical CBOR and back. Reading is strict: bytes that a writer of this version would
//! not have written are an error, so one value has one encoding.

mod arguments;
mod decision;
#[cfg(test)]
mod golden;
mod matching;
mod request;

pub use decision::{Stored, decode_decision, encode_decision};
pub(crate) use matching::encodes_to;
pub use request::{Request, decode_request, encode_request};
