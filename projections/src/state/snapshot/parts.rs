//! What the projections are made of, as it is stored.

use minicbor::{Decode, Encode};
use rkyv::string::ArchivedString;
use rkyv::{Archive, Serialize};
use std::fmt::Display;
use std::str::FromStr;

use super::Error;
use crate::{Actor, Digest, GrantId, Payload, Pid, Seq};

/// A reference to a payload.
#[derive(Archive, Serialize)]
pub(super) struct StoredPayload {
    seq: u64,
    commit: [u8; 32],
    len: u32,
}

impl StoredPayload {
    pub(super) fn of(payload: Payload) -> Self {
        let Payload { seq, commit, len } = payload;
        Self { seq: seq.0, commit: commit.0, len }
    }
}

impl ArchivedStoredPayload {
    pub(super) fn restore(&self) -> Payload {
        let Self { seq, commit, len } = self;
        Payload { seq: Seq(seq.to_native()), commit: Digest(*commit), len: len.to_native() }
    }
}

/// The id of a grant.
#[derive(Archive, Serialize)]
pub(super) struct StoredGrantId {
    seq: u64,
    index: u16,
}

impl StoredGrantId {
    pub(super) fn of(id: GrantId) -> Self {
        let GrantId { seq, index } = id;
        Self { seq: seq.0, index }
    }
}

impl ArchivedStoredGrantId {
    pub(super) fn restore(&self) -> GrantId {
        let Self { seq, index } = self;
        GrantId { seq: Seq(seq.to_native()), index: index.to_native() }
    }
}

/// An actor from its number.
pub(super) fn actor(what: &'static str, number: u64) -> Result<Actor, Error> {
    Actor::try_from_u64(number).map_err(|error| Error::impossible(what, error.to_string()))
}

/// A process from its id.
pub(super) fn pid(what: &'static str, id: u64) -> Result<Pid, Error> {
    Pid::new(id).ok_or_else(|| Error::impossible(what, format!("no pid: {id}")))
}

/// A name, path, filter or scope from its text.
pub(super) fn text<T: FromStr<Err: Display>>(
    what: &'static str,
    text: &ArchivedString,
) -> Result<T, Error> {
    text.as_str().parse().map_err(|error: T::Err| Error::impossible(what, error.to_string()))
}

/// The number of a value of an enum without fields: the one that it has in events.
pub(super) fn number(value: impl Encode<()>) -> u8 {
    let mut number = [0];
    minicbor::encode(value, number.as_mut_slice()).expect("numbers up to 23 take one byte");
    let [number] = number;
    number
}

/// The value of an enum without fields from its number.
pub(super) fn numbered<T: for<'b> Decode<'b, ()>>(
    what: &'static str,
    number: u8,
) -> Result<T, Error> {
    minicbor::decode(&[number])
        .map_err(|_| Error::impossible(what, format!("nothing has the number {number}")))
}
