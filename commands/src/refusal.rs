//! A rejection as the log keeps it: a pinned number and the message. The typed values stay with the
//! version that wrote them; the text stays readable for ever.

use minicbor::{Decode, Encode};

use crate::{
    Rejection,
    rejection::Class::{self, Conflict, Invalid, Limit, NotFound},
};

/// A rejection in a stored decision, encoded as `[number, detail]`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Refusal {
    /// The rejection's number in [`Rejection::CODES`]; one this version does not know is kept.
    #[n(0)]
    pub number: u16,
    /// What the rejection said.
    #[n(1)]
    pub detail: String,
}

impl Refusal {
    /// What the log keeps of a rejection.
    #[must_use]
    pub fn of(rejection: &Rejection) -> Refusal {
        Refusal { number: rejection.number(), detail: rejection.to_string() }
    }

    /// The rejection's stable string code, or "unknown" for a number of a later version.
    #[must_use]
    pub fn code(&self) -> &'static str {
        known(self.number).map_or("unknown", |code| code.name)
    }

    /// What a caller can make of it; [`Class::Invalid`] for a number of a later version.
    #[must_use]
    pub fn class(&self) -> Class {
        known(self.number).map_or(Invalid, |code| code.class)
    }
}

/// One row of [`Rejection::CODES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The number in the log; never reused.
    pub number: u16,
    /// The string in the API; never reused.
    pub name: &'static str,
    /// What a caller can make of it.
    pub class: Class,
}

impl Rejection {
    /// Every rejection's number, string code and class, ascending by number.
    pub const CODES: &'static [Code] = &[
        code(1, "no_such_process", NotFound),
        code(2, "process_not_running", Conflict),
        code(3, "process_not_starting", Conflict),
        code(4, "already_stopping", Conflict),
        code(5, "stale_generation", Conflict),
        code(6, "name_taken", Conflict),
        code(7, "not_a_process", Invalid),
        code(8, "inbox_full", Limit),
        code(9, "no_such_message", NotFound),
        code(10, "already_subscribed", Conflict),
        code(11, "not_subscribed", NotFound),
        code(12, "reserved_path", Invalid),
        code(13, "has_children", Conflict),
        code(14, "not_found", NotFound),
        code(15, "meta_keys_unordered", Invalid),
        code(16, "payload_missing", Invalid),
        code(17, "payload_unexpected", Invalid),
        code(18, "payload_too_long", Limit),
        code(19, "edge_exists", Conflict),
        code(20, "no_such_record", NotFound),
        code(21, "weight_too_large", Invalid),
        code(22, "no_such_grant", NotFound),
        code(23, "root_grant", Invalid),
        code(24, "grant_not_held", Conflict),
        code(25, "exceeds_grant", Conflict),
        code(26, "not_delegable", Conflict),
        code(27, "grant_expired", Conflict),
        code(28, "outlives_grant", Conflict),
        code(29, "expiry_past", Invalid),
        code(30, "no_such_holder", NotFound),
        code(31, "limit", Limit),
        code(32, "kernel_not_running", Conflict),
        code(33, "nothing_suppressed", Invalid),
        code(34, "genesis_misplaced", Invalid),
        code(35, "bad_origin", Invalid),
        code(36, "bad_constitution", Invalid),
        code(37, "unrecognised", Invalid),
        code(38, "no_payload", Invalid),
        code(39, "already_redacted", Conflict),
        code(40, "record_unsettled", Conflict),
        code(41, "key_used", Conflict),
        code(42, "key_not_held", Conflict),
        code(43, "snapshot_stale", Conflict),
    ];

    /// The number that the log keeps.
    #[must_use]
    pub const fn number(&self) -> u16 {
        match self {
            Rejection::NoSuchProcess { .. } => 1,
            Rejection::ProcessNotRunning { .. } => 2,
            Rejection::ProcessNotStarting { .. } => 3,
            Rejection::AlreadyStopping { .. } => 4,
            Rejection::StaleGeneration { .. } => 5,
            Rejection::NameTaken { .. } => 6,
            Rejection::NotAProcess { .. } => 7,
            Rejection::InboxFull { .. } => 8,
            Rejection::NoSuchMessage { .. } => 9,
            Rejection::AlreadySubscribed { .. } => 10,
            Rejection::NotSubscribed { .. } => 11,
            Rejection::ReservedPath { .. } => 12,
            Rejection::HasChildren { .. } => 13,
            Rejection::NotFound { .. } => 14,
            Rejection::MetaKeysUnordered { .. } => 15,
            Rejection::PayloadMissing { .. } => 16,
            Rejection::PayloadUnexpected { .. } => 17,
            Rejection::PayloadTooLong { .. } => 18,
            Rejection::EdgeExists { .. } => 19,
            Rejection::NoSuchRecord { .. } => 20,
            Rejection::WeightTooLarge { .. } => 21,
            Rejection::NoSuchGrant { .. } => 22,
            Rejection::RootGrant { .. } => 23,
            Rejection::GrantNotHeld { .. } => 24,
            Rejection::ExceedsGrant { .. } => 25,
            Rejection::NotDelegable { .. } => 26,
            Rejection::GrantExpired { .. } => 27,
            Rejection::OutlivesGrant { .. } => 28,
            Rejection::ExpiryPast { .. } => 29,
            Rejection::NoSuchHolder { .. } => 30,
            Rejection::Limit { .. } => 31,
            Rejection::KernelNotRunning => 32,
            Rejection::NothingSuppressed => 33,
            Rejection::GenesisMisplaced { .. } => 34,
            Rejection::BadOrigin { .. } => 35,
            Rejection::BadConstitution { .. } => 36,
            Rejection::Unrecognised => 37,
            Rejection::NoPayload { .. } => 38,
            Rejection::AlreadyRedacted { .. } => 39,
            Rejection::RecordUnsettled { .. } => 40,
            Rejection::KeyUsed { .. } => 41,
            Rejection::KeyNotHeld { .. } => 42,
            Rejection::SnapshotStale { .. } => 43,
        }
    }

    /// The stable string code of the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        known(self.number()).expect("every number has a row, as a test shows").name
    }

    /// What a caller can make of it.
    #[must_use]
    pub fn class(&self) -> Class {
        known(self.number()).expect("every number has a row, as a test shows").class
    }
}

const fn code(number: u16, name: &'static str, class: Class) -> Code {
    Code { number, name, class }
}

fn known(number: u16) -> Option<&'static Code> {
    let row = usize::from(number).checked_sub(1)?;
    Rejection::CODES.get(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue, testing::pid};
    use weft_projections::Seq;

    #[test]
    fn every_number_has_its_row() {
        for (number, code) in (1..).zip(Rejection::CODES) {
            assert_eq!(code.number, number);
        }
        let last = Rejection::SnapshotStale { seq: Seq(1), last: Seq(1) };
        assert_eq!(usize::from(last.number()), Rejection::CODES.len());
    }

    #[test]
    fn codes_are_unique_and_in_the_catalogue() {
        let mut names: Vec<_> = Rejection::CODES.iter().map(|code| code.name).collect();
        let mut listed: Vec<_> =
            catalogue().iter().flat_map(|entry| entry.rejections).copied().collect();
        names.sort_unstable();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(names, listed);
    }

    #[test]
    fn the_variants_name_is_the_code() {
        let rejections = [
            (Rejection::AlreadyStopping { pid: pid(1) }, "already_stopping"),
            (Rejection::KernelNotRunning, "kernel_not_running"),
            (Rejection::NothingSuppressed, "nothing_suppressed"),
            (Rejection::Unrecognised, "unrecognised"),
        ];
        for (rejection, code) in rejections {
            assert_eq!(rejection.code(), code);
        }
    }
}
