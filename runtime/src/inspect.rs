//! Looking at a node without being its kernel.

use crate::index::held_by;
use crate::kernel::{
    CLOCK_DRIFT_MS_MAX, Head, Opened, Opening, Published, Receipt, RecordView, Request, Ruling,
    open_log, recordable, rehearsed, repeat, view,
};
use crate::platform::Platform;
use crate::replay::replay_from;
use crate::snapshot;
use crate::{Error, Reader, replay};
use weft_commands::{Context, Refusal, Submission, rule};
use weft_ledger::ids::{self, Lookup};
use weft_ledger::storage::Storage;
use weft_ledger::{Nonces, OpenOptions};
use weft_projections::{Digest, Event, Seq, State, Time};

/// A node opened for reading: nothing is written, and no lock is taken.
#[derive(Debug)]
pub struct Inspection<P: Platform> {
    /// State and head as of the last whole record.
    pub published: Published,
    /// What opening found, an unsettled tail for one.
    pub opening: Opening,
    storage: P::Storage,
    reader: Reader<P::Storage>,
    log_id: weft_ledger::Digest,
}

/// What would become of a command; nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehearsal {
    /// Gate and decider would rule so.
    Ruled {
        /// What they would say.
        ruling: Ruling,
        /// What would happen; empty unless the command would take effect.
        events: Vec<Event>,
    },
    /// The same request has a record already: its receipt would be the answer, and nothing would run.
    Repeated(Receipt),
}

impl<P: Platform> Inspection<P> {
    /// Checks and folds the log on `platform`: the records after the newest snapshot that a checkpoint
    /// binds, or all of them.
    ///
    /// # Errors
    /// [`Error::Ledger`] for a missing or damaged log, [`Error::Unreadable`] for a record of a later
    /// version.
    pub fn open(platform: &P) -> Result<Inspection<P>, Error> {
        // A reader makes no segment, so it needs no nonce.
        let nonces = || -> Nonces { Box::new(|| [0; 16]) };
        let Opened { log, opening, fold } = open_log(platform, OpenOptions::read_only(), &nonces)?;
        let mut state = fold.state;
        state.seal();
        Ok(Inspection {
            published: Published { state, head: Head::of(log.head()) },
            opening,
            storage: platform.storage(),
            reader: log.reader(),
            log_id: log.log_id(),
        })
    }

    /// Random access to the records.
    pub fn reader(&self) -> &Reader<P::Storage> {
        &self.reader
    }

    /// State as of the record `seq`.
    ///
    /// # Errors
    /// As [`replay()`].
    pub fn state_at(&self, seq: Seq) -> Result<State, Error> {
        if seq == self.published.head.seq {
            return Ok(self.published.state.clone());
        }
        // The nearest snapshot of this log, then the records after it.
        let fits = |header: &snapshot::Header| {
            let head = header.head;
            head.seq <= seq && self.has(head.seq, head.link)
        };
        match snapshot::newest(&self.storage, fits) {
            (Some(found), _) => replay_from(found.state, &self.reader, seq),
            (None, _) => replay(&self.reader, seq),
        }
    }

    /// Whether the record `seq` has this link.
    fn has(&self, seq: Seq, link: Digest) -> bool {
        let entry = self.reader.read(seq.0);
        entry.is_ok_and(|entry| entry.is_some_and(|entry| entry.link.0 == link.0))
    }

    /// What [`crate::Kernel::execute`] would answer to `request` on a log that ends here. Nothing is
    /// written, no lock is taken; `platform` is asked for the wall clock.
    ///
    /// What only a writer can find out (a lock that is held, a disk that is full, a refusal over the
    /// minute's budget, a key of the log that is not here) is not foreseen, and nothing is signed: the event of a change
    /// of keys has zeros for its signature.
    ///
    /// # Errors
    /// [`Error::Refused`] for a request that would have no record: its id is taken by another one, it
    /// is malformed, or its cause lies ahead. [`Error::ClockBehind`] as [`crate::Kernel::open`].
    /// [`Error::Ledger`] and [`Error::Unreadable`] when the log cannot be read.
    pub fn dry_run(&self, platform: &mut P, request: &Request) -> Result<Rehearsal, Error> {
        let link_of = |seq| Some(self.reader.read(seq).ok()??.link);
        let ids = ids::Reader::open(&platform.storage(), self.log_id, link_of);
        let past = Past { published: &self.published, reader: &self.reader, ids: &ids };
        rehearse(&past, platform, request)
    }
}

/// The records before a request that is not made.
pub(crate) struct Past<'a, S: Storage> {
    pub(crate) published: &'a Published,
    pub(crate) reader: &'a Reader<S>,
    /// The ids of some of them, from record 0 on.
    pub(crate) ids: &'a ids::Reader<S>,
}

/// What would become of `request` after the records of `past`.
pub(crate) fn rehearse<P: Platform>(
    past: &Past<'_, P::Storage>,
    platform: &mut P,
    request: &Request,
) -> Result<Rehearsal, Error> {
    let published = past.published;
    let ctx = context(published.head, platform)?;
    let submission = request.submission();
    if let Some(earlier) = earlier(past, submission)? {
        return repeat(earlier, request, &past.reader.blobs()).map(Rehearsal::Repeated);
    }
    recordable(submission, ctx.seq)?;
    let ctx = rehearsed(ctx, past.reader, submission)?;
    let ruled = rule(&published.state, &ctx, submission);
    let refusal = ruled.rejection.as_ref().map(Refusal::of);
    let ruling = Ruling { decision: ruled.decision, refusal };
    Ok(Rehearsal::Ruled { ruling, events: ruled.events })
}

/// Where the next record would stand.
fn context<P: Platform>(head: Head, platform: &mut P) -> Result<Context, Error> {
    let Head { seq, time: latest, .. } = head;
    let now = Time::from_unix_ms(platform.unix_ms());
    let behind_ms = latest.unix_ms().saturating_sub(now.unix_ms());
    if behind_ms > CLOCK_DRIFT_MS_MAX {
        return Err(Error::ClockBehind { behind_ms, max_ms: CLOCK_DRIFT_MS_MAX });
    }
    Ok(Context::at(seq.next(), now.max(Time(latest.0.saturating_add(1)))))
}

/// The record that holds the id of `submission`: by the files of ids as far as they go, and by looking
/// through the records from there on.
fn earlier<S: Storage>(
    past: &Past<'_, S>,
    submission: &Submission,
) -> Result<Option<RecordView>, Error> {
    let Past { published, reader, ids } = past;
    let (actor, id) = (submission.actor, submission.command_id);
    let size = published.head.seq.0.saturating_add(1);
    let mut first = ids.mark().map_or(0, |mark| mark.size).min(size);
    match ids.look_up(actor.to_u64(), &id.to_bytes(), first) {
        Ok(Lookup::Fresh) => {}
        Ok(Lookup::Held(seq)) => {
            let entry = reader.read(seq)?.filter(|_| seq < size);
            if let Some(entry) = entry.filter(|entry| held_by(&entry.header, actor, id)) {
                return view(&entry).map(Some);
            }
        }
        // What cannot be looked up is looked through.
        Ok(Lookup::Uncovered) | Err(_) => first = 0,
    }
    for read in reader.headers(first..size) {
        let (header, _) = read?;
        if held_by(&header, actor, id) {
            return reader.read(header.seq)?.map(|entry| view(&entry)).transpose();
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Answer, Kernel, Refused, SealedPayload};
    use crate::platform::{Sim, SimClock};
    use crate::testing::genesis;
    use weft_commands::requests::log;
    use weft_commands::requests::tree::{Put, Remove};
    use weft_commands::{Command, CommandId};
    use weft_ledger::limits::Limits;
    use weft_ledger::storage::Memory;
    use weft_projections::events::LogKeyRotated;
    use weft_projections::{Actor, DEFAULT_CONSTITUTION, Digest, OperatorId, Signature, TreePath};

    const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);

    /// A log in memory that is closed between commands.
    struct Node {
        memory: Memory,
        clock: SimClock,
    }

    impl Node {
        fn born() -> Node {
            let node = Node { memory: Memory::new(), clock: SimClock::at(1_000) };
            let born = Kernel::<_, ()>::create(node.platform(), genesis(), Limits::default());
            born.unwrap().0.close().unwrap();
            node
        }

        fn platform(&self) -> Sim {
            Sim::new(self.memory.clone(), self.clock.clone(), 7)
        }

        fn rehearse(&self, request: &Request) -> Result<Rehearsal, Error> {
            let before = self.memory.changes();
            let inspection = Inspection::open(&self.platform()).unwrap();
            let said = inspection.dry_run(&mut self.platform(), request);
            assert_eq!(self.memory.changes(), before, "a dry run writes nothing");
            said
        }

        fn execute(&self, request: Request) -> Answer {
            let (mut kernel, _) = Kernel::open(self.platform(), OpenOptions::writer()).unwrap();
            let answer = kernel.execute(request).unwrap();
            kernel.close().unwrap();
            answer
        }

        /// Rehearses and executes `request`, which have to come to the same.
        fn check(&self, request: Request) -> Answer {
            let said = self.rehearse(&request);
            let answer = self.execute(request);
            match (said, &answer) {
                (Ok(Rehearsal::Ruled { ruling, events }), Ok(receipt)) => {
                    assert_eq!((&ruling, false), (&receipt.ruling, receipt.duplicate));
                    let entry = Inspection::open(&self.platform()).unwrap().reader().clone();
                    let entry = entry.read(receipt.seq.0).unwrap().unwrap();
                    assert_eq!(events, view(&entry).unwrap().record.events);
                }
                (Ok(Rehearsal::Repeated(said)), Ok(receipt)) => assert_eq!(said, *receipt),
                (Err(Error::Refused(said)), Err(refused)) => assert_eq!(said, *refused),
                (said, answer) => panic!("{said:?} is not {answer:?}"),
            }
            answer
        }
    }

    fn id(number: u128) -> CommandId {
        CommandId::new(number.to_be_bytes()).unwrap()
    }

    fn put(path: &str) -> Command {
        let path: TreePath = path.parse().unwrap();
        Command::Put(Put { path, kind: "file".parse().unwrap(), meta_keys: Vec::new() })
    }

    fn put_with_body(number: u128, body: &[u8]) -> Request {
        let meta_keys = vec!["k".parse().unwrap()];
        let put = Put { path: "/a".parse().unwrap(), kind: "file".parse().unwrap(), meta_keys };
        let payload = SealedPayload::new(body, [9; 16]).unwrap();
        Request::new(OPERATOR, id(number), Command::Put(put)).with_payload(payload)
    }

    #[test]
    fn a_dry_run_says_what_the_command_then_gets() {
        let node = Node::born();
        let receipt = node.check(Request::new(OPERATOR, id(1), put("/a"))).unwrap();
        assert!(receipt.took_effect());
        let rejected = node.check(Request::new(OPERATOR, id(2), put("/kernel/x"))).unwrap();
        assert!(rejected.ruling.refusal.is_some());
        let denied = node.check(Request::new(Actor::Unauthenticated, id(3), put("/a"))).unwrap();
        assert!(!denied.took_effect() && denied.ruling.refusal.is_none());
        node.check(Request::new(OPERATOR, id(4), put("/a")).caused_by(receipt.seq)).unwrap();
    }

    #[test]
    fn a_dry_run_of_a_redaction_says_what_it_then_gets() {
        let node = Node::born();
        let redact = |number, seq| {
            let reason = "asked for".parse().unwrap();
            Request::new(
                OPERATOR,
                id(number),
                Command::Redact(log::Redact { seq: Seq(seq), reason }),
            )
        };
        let put = node.check(put_with_body(1, b"one")).unwrap();
        assert!(node.check(redact(2, put.seq.0)).unwrap().took_effect());
        let refused = |number, seq| {
            let receipt = node.check(redact(number, seq)).unwrap();
            receipt.ruling.refusal.unwrap().code()
        };
        assert_eq!(refused(3, put.seq.0), "already_redacted");
        assert_eq!(refused(4, 0), "no_payload");
        assert_eq!(refused(5, 99), "no_such_record");
        let command = redact(6, put.seq.0).submission.command;
        let stranger = Request::new(Actor::Unauthenticated, id(6), command);
        assert!(node.check(stranger).unwrap().ruling.refusal.is_none());
    }

    /// Whether the new key's secret is there is the writer's to find out, and so is what it signs.
    #[test]
    fn a_dry_run_of_a_change_of_keys_signs_nothing() {
        let node = Node::born();
        let rotate = |number, key: u8| {
            let new_key = Digest([key; 32]);
            Request::new(OPERATOR, id(number), Command::RotateKey(log::RotateKey { new_key }))
        };
        let said = node.rehearse(&rotate(1, 7)).unwrap();
        let Rehearsal::Ruled { ruling, events } = said else { panic!("{said:?}") };
        let event = LogKeyRotated { new_key: Digest([7; 32]), signature: Signature::ZERO };
        assert!(ruling.took_effect());
        assert_eq!(events, [Event::LogKeyRotated(Box::new(event))]);
        let used = node.check(rotate(2, 1)).unwrap();
        assert_eq!(used.ruling.refusal.unwrap().code(), "key_used");
    }

    #[test]
    fn a_dry_run_of_a_known_id_says_its_receipt_or_the_conflict() {
        let node = Node::born();
        node.check(put_with_body(1, b"one")).unwrap();
        assert!(node.check(put_with_body(1, b"one")).unwrap().duplicate);
        let conflict = Err(Refused::Conflict(Seq(1)));
        assert_eq!(node.check(put_with_body(1, b"two")), conflict);
        assert_eq!(node.check(Request::new(OPERATOR, id(1), put("/a"))), conflict);
        let remove = Command::Remove(Remove { path: "/a".parse().unwrap(), recursive: false });
        assert_eq!(node.check(Request::new(OPERATOR, id(1), remove)), conflict);
        // Ids are an actor's own.
        assert!(!node.check(Request::new(Actor::Kernel, id(1), put("/b"))).unwrap().duplicate);
    }

    #[test]
    fn a_dry_run_refuses_what_would_have_no_record() {
        let node = Node::born();
        let ahead = Request::new(OPERATOR, id(1), put("/a")).caused_by(Seq(1));
        assert_eq!(node.check(ahead), Err(Refused::CauseAhead { cause: Seq(1), next: Seq(1) }));
        let genesis = Command::Genesis(log::Genesis {
            origin: "again".to_owned(),
            log_key: Digest([1; 32]),
            constitution: DEFAULT_CONSTITUTION.to_owned(),
            entropy: Digest([1; 32]),
            operator_key: Digest([1; 32]),
            fork: None,
        });
        node.check(Request::new(OPERATOR, id(1), genesis)).unwrap_err();
    }

    #[test]
    fn a_dry_run_refuses_a_clock_far_behind_the_log() {
        let node = Node::born();
        node.clock.set_wall(CLOCK_DRIFT_MS_MAX + 10_000);
        node.check(Request::new(OPERATOR, id(1), put("/a"))).unwrap();
        node.clock.set_wall(9_999);
        let said = node.rehearse(&Request::new(OPERATOR, id(2), put("/a")));
        let Err(Error::ClockBehind { behind_ms, max_ms }) = said else { panic!("{said:?}") };
        assert_eq!((behind_ms, max_ms), (CLOCK_DRIFT_MS_MAX + 1, CLOCK_DRIFT_MS_MAX));
        node.clock.set_wall(10_000);
        node.check(Request::new(OPERATOR, id(2), put("/a"))).unwrap();
    }
}
