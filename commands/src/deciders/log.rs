//! `log.genesis`: the first record.

use weft_projections::{
    Constitution, Seq,
    events::{Event, LogGenesis},
    limits::ORIGIN_BYTES_MAX,
};

use crate::{Rejection, deciders::dispatch::Case, requests::log::Genesis};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Command, Submission,
        requests::log::Fork,
        testing::{KERNEL, OPERATOR, Then, World, boot, check_in, genesis, send, submit},
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
}
