//! `log.*`: the first record, and what happens to the log itself.

use weft_projections::{
    Constitution, Seq, Signature,
    events::{Event, LogGenesis, LogKeyRotated, LogRedacted},
    limits::{LOG_KEYS_MAX, ORIGIN_BYTES_MAX},
};

use crate::{
    Limited, Redactable, Rejection, Rotation,
    deciders::dispatch::Case,
    requests::log::{Genesis, Redact, RotateKey},
};

/// Begins the log, if its law can be read: a log with an unreadable one would deny everything for ever.
pub(super) fn genesis(case: &Case<'_>, request: &Genesis) -> Result<Event, Rejection> {
    let seq = case.ctx.seq;
    if seq != Seq(0) || case.state.governance.is_founded() {
        return Err(Rejection::GenesisMisplaced { seq });
    }
    if !LogGenesis::is_origin(&request.origin) {
        return Err(Rejection::BadOrigin { len_max: ORIGIN_BYTES_MAX as u64 });
    }
    Constitution::parse(&request.constitution)
        .map_err(|source| Rejection::BadConstitution { source })?;
    Ok(Event::LogGenesis(Box::new(LogGenesis {
        origin: request.origin.clone(),
        log_key: request.log_key,
        constitution: Constitution::digest(&request.constitution),
        entropy: request.entropy,
        operator_key: request.operator_key,
        fork: request.fork.map(Into::into),
    })))
}

/// Redacts what is there and was not redacted yet. State tells first: between a redaction and the erasing of what it
/// names, the payload is still there to be found.
pub(super) fn redact(case: &Case<'_>, request: &Redact) -> Result<Event, Rejection> {
    let Redact { seq, reason } = request.clone();
    if seq >= case.ctx.seq {
        return Err(Rejection::NoSuchRecord { seq, next: case.ctx.seq });
    }
    if case.state.chain.is_redacted(seq) {
        return Err(Rejection::AlreadyRedacted { seq });
    }
    match case.ctx.redactable {
        Redactable::Unknown => Err(Rejection::RecordUnsettled { seq }),
        Redactable::NoPayload => Err(Rejection::NoPayload { seq }),
        Redactable::Erased => Err(Rejection::AlreadyRedacted { seq }),
        Redactable::Whole => Ok(Event::LogRedacted(LogRedacted { seq, reason })),
    }
}

/// Hands over to a key that the log never had: a key that came twice would make old and new signatures look alike.
pub(super) fn rotate_key(case: &Case<'_>, request: &RotateKey) -> Result<Event, Rejection> {
    let RotateKey { new_key } = *request;
    let chain = &case.state.chain;
    if let Some((seq, key)) = chain.keys().find(|(_, key)| *key == new_key) {
        return Err(Rejection::KeyUsed { key, seq });
    }
    Limited::LogKeys.check(chain.keys().len() + 1, LOG_KEYS_MAX)?;
    let signature = match case.ctx.rotation {
        Rotation::Unsigned => return Err(Rejection::KeyNotHeld { key: new_key }),
        Rotation::Rehearsed => Signature::ZERO,
        Rotation::Signed(signature) => signature,
    };
    Ok(Event::LogKeyRotated(Box::new(LogKeyRotated { new_key, signature })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Command, Context, Submission,
        requests::log::Fork,
        rule,
        testing::{
            KERNEL, OPERATOR, Step, Then, World, boot, check, check_in, genesis, redact,
            rotate_key, send, spawn, submit,
        },
    };
    use weft_projections::{DEFAULT_CONSTITUTION, Digest, limits::CONSTITUTION_BYTES_MAX};

    fn begin(request: Genesis) -> Submission {
        submit(KERNEL, Command::Genesis(request))
    }

    #[test]
    fn a_log_begins_with_its_law() {
        let fork = Fork { log_id: Digest([4; 32]), seq: Seq(7), link: Digest([5; 32]) };
        let event = LogGenesis {
            origin: "example.org/node".to_owned(),
            log_key: Digest([1; 32]),
            constitution: Constitution::digest(DEFAULT_CONSTITUTION),
            entropy: Digest([2; 32]),
            operator_key: Digest([3; 32]),
            fork: Some(fork.into()),
        };
        let request = Genesis { fork: Some(fork), ..genesis(DEFAULT_CONSTITUTION) };
        let begun = Then::Event(Event::LogGenesis(Box::new(event)));
        check_in(&World::empty(), &begin(request), &begun);
    }

    #[test]
    fn a_log_begins_once_and_with_nothing_else() {
        let again =
            Then::Ruled("deny: the log has its genesis already; the kernel reports what it did");
        check_in(&World::new(), &begin(genesis(DEFAULT_CONSTITUTION)), &again);
        let lawless = "deny: there is no law before genesis; the kernel reports what it did";
        check_in(&World::empty(), &submit(KERNEL, boot()), &Then::Ruled(lawless));
        let by_operator = submit(OPERATOR, Command::Genesis(genesis(DEFAULT_CONSTITUTION)));
        let denied = "deny: operator:1 is not known here; only the kernel reports this";
        check_in(&World::empty(), &by_operator, &Then::Ruled(denied));
        let everything = "deny: there is no law before genesis; operator:1 is not known here; \
            holds no grant of send:a; the law has no effect line for ipc.send; \
            risk 0 reaches the deny threshold 0; fairness 0 reaches the deny threshold 0; \
            privacy 0 reaches the deny threshold 0; novelty 0 reaches the deny threshold 0; \
            security 0 reaches the deny threshold 0";
        check_in(&World::empty(), &submit(OPERATOR, send("a")), &Then::Ruled(everything));
    }

    #[test]
    fn a_genesis_stands_at_0() {
        let mut world = World::empty();
        world.ctx.seq = Seq(1);
        let misplaced =
            "genesis_misplaced: genesis is record 0 of an empty log, this will be record 1";
        check_in(&world, &begin(genesis(DEFAULT_CONSTITUTION)), &Then::Rejected(misplaced));
    }

    #[test]
    fn an_unreadable_law_begins_nothing() {
        let begins = |constitution: &str, rejected| {
            check_in(&World::empty(), &begin(genesis(constitution)), &Then::Rejected(rejected));
        };
        begins(
            "constitution 2",
            "bad_constitution: constitution, line 1: unknown version \"2\": expected 1",
        );
    }

    #[test]
    fn a_law_has_up_to_48_kib() {
        let padded = |len: usize| {
            let comment = "#".repeat(len - DEFAULT_CONSTITUTION.len());
            begin(genesis(&format!("{DEFAULT_CONSTITUTION}{comment}")))
        };
        let (world, begun) = (World::empty(), Then::Happens("log.genesis"));
        check_in(&world, &padded(CONSTITUTION_BYTES_MAX), &begun);
        let long = "bad_constitution: constitution, line 1: 49153 bytes are more than 49152";
        check_in(&world, &padded(CONSTITUTION_BYTES_MAX + 1), &Then::Rejected(long));
    }

    #[test]
    fn an_origin_fits_into_a_checkpoint() {
        let rejected = "bad_origin: origin must be 1 to 255 bytes without white space, \
            control characters and '+'";
        for origin in ["", "a b", "a+b", "a\n", &"x".repeat(256)] {
            let request = Genesis { origin: origin.to_owned(), ..genesis(DEFAULT_CONSTITUTION) };
            check_in(&World::empty(), &begin(request), &Then::Rejected(rejected));
        }
        let longest = "x".repeat(ORIGIN_BYTES_MAX);
        let request = Genesis { origin: longest, ..genesis(DEFAULT_CONSTITUTION) };
        check_in(&World::empty(), &begin(request), &Then::Happens("log.genesis"));
    }

    fn given() -> Vec<Step> {
        vec![(OPERATOR, spawn("a", &[])), (OPERATOR, send("a"))]
    }

    #[test]
    fn a_payload_is_redacted_once() {
        let reason = "asked for by who wrote it".parse().unwrap();
        let event = Event::LogRedacted(LogRedacted { seq: Seq(2), reason });
        check(&given(), (OPERATOR, redact(2)), &Then::Event(event));
        let again = "already_redacted: the payload of record 2 is redacted already";
        let redacted = [given(), vec![(OPERATOR, redact(2))]].concat();
        check(&redacted, (OPERATOR, redact(2)), &Then::Rejected(again));
    }

    #[test]
    fn what_has_no_payload_cannot_be_redacted() {
        let rejected = |seq, message| {
            check(&given(), (OPERATOR, redact(seq)), &Then::Rejected(message));
        };
        rejected(0, "no_payload: record 0 has no payload");
        rejected(1, "no_payload: record 1 has no payload");
        rejected(3, "no_such_record: no record 3 yet, this will be 3");
        rejected(9, "no_such_record: no record 9 yet, this will be 3");
    }

    /// What only the runtime can find out, as a decider takes it.
    #[test]
    fn what_is_erased_or_not_durable_is_not_redacted() {
        let world = World::after(&given());
        let rejected = |redactable| {
            let ctx = Context { redactable, ..world.ctx };
            rule(&world.state, &ctx, &submit(OPERATOR, redact(2))).rejection
        };
        let seq = Seq(2);
        assert_eq!(rejected(Redactable::Erased), Some(Rejection::AlreadyRedacted { seq }));
        assert_eq!(rejected(Redactable::Unknown), Some(Rejection::RecordUnsettled { seq }));
    }

    #[test]
    fn a_key_hands_over_to_one_that_the_log_never_had() {
        let (new_key, signature) = (Digest([7; 32]), Signature([8; 64]));
        let event = Event::LogKeyRotated(Box::new(LogKeyRotated { new_key, signature }));
        check(&[], (OPERATOR, rotate_key(7)), &Then::Event(event));
        let since = |byte: &str, seq| {
            let key = byte.repeat(32);
            format!("key_used: key {key} is the log's since record {seq}, and no key comes twice")
        };
        let given = [(OPERATOR, rotate_key(7)), (OPERATOR, rotate_key(9))];
        check(&given, (OPERATOR, rotate_key(1)), &Then::Rejected(&since("01", 0)));
        check(&given, (OPERATOR, rotate_key(7)), &Then::Rejected(&since("07", 1)));
        check(&given, (OPERATOR, rotate_key(9)), &Then::Rejected(&since("09", 2)));
    }

    #[test]
    fn a_key_whose_secret_is_elsewhere_does_not_sign() {
        let key = "00".repeat(32);
        let elsewhere = format!(
            "key_not_held: this node does not hold both the log's key and the secret of key {key}"
        );
        check(&[], (OPERATOR, rotate_key(0)), &Then::Rejected(&elsewhere));
    }

    #[test]
    fn a_rehearsal_has_no_signature() {
        let world = World::new();
        let ctx = Context { rotation: Rotation::Rehearsed, ..world.ctx };
        let ruled = rule(&world.state, &ctx, &submit(OPERATOR, rotate_key(7)));
        let (new_key, signature) = (Digest([7; 32]), Signature::ZERO);
        let event = Event::LogKeyRotated(Box::new(LogKeyRotated { new_key, signature }));
        assert_eq!(ruled.events, [event]);
    }

    #[test]
    fn a_log_has_65536_keys() {
        let mut world = World::new();
        let signature = Signature([8; 64]);
        for number in 1..LOG_KEYS_MAX as u64 {
            let new_key = Digest::of("key", &[&number.to_be_bytes()]);
            world.fold(Event::LogKeyRotated(Box::new(LogKeyRotated { new_key, signature })));
        }
        let full = "limit: limit of keys of a log reached: 65536";
        check_in(&world, &submit(OPERATOR, rotate_key(7)), &Then::Rejected(full));
    }
}
