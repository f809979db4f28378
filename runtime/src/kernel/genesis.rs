//! Record 0.

use crate::Error;
use crate::index::{Opened, Place};
use crate::keeper::Keeper;
use crate::kernel::core;
use crate::kernel::front::Past;
use crate::kernel::hybrid_clock::HybridClock;
use crate::kernel::{Back, Front, Head, Kernel, Published, Receipt, Request, Ruling};
use crate::platform::{Platform, Salts};
use std::sync::Arc;
use weft_commands::requests::log::{self, Fork};
use weft_commands::{Command, CommandId, Context, encode_request, rule};
use weft_ledger::limits::Limits;
use weft_ledger::{Log, Pending};
use weft_projections::{Actor, Digest, Kind, Record, Seq, State, Time, evolve};

/// What a log is born with.
#[derive(Debug, Clone)]
pub struct Genesis {
    /// The origin of its checkpoints: no white space, no '+'.
    pub origin: String,
    /// The constitution's text.
    pub constitution: String,
    /// The log's Ed25519 public key.
    pub log_key: [u8; 32],
    /// The bootstrap operator's Ed25519 public key.
    pub operator_key: [u8; 32],
    /// 32 bytes that no other log has.
    pub entropy: [u8; 32],
}

impl<P: Platform, T> Kernel<P, T> {
    /// Makes a log whose record 0 is `genesis`, and opens it.
    ///
    /// # Errors
    /// [`Error::Genesis`] when gate or decider refuse it, [`Error::Ledger`] when a log is there
    /// already or the disk fails.
    pub fn create(
        platform: P,
        genesis: Genesis,
        limits: Limits,
    ) -> Result<(Kernel<P, T>, Receipt), Error> {
        Kernel::create_as(platform, genesis, None, limits)
    }

    /// The same with an id of the caller's for record 0, where there is one.
    ///
    /// # Errors
    /// As [`Kernel::create`].
    pub fn create_as(
        mut platform: P,
        genesis: Genesis,
        id: Option<CommandId>,
        limits: Limits,
    ) -> Result<(Kernel<P, T>, Receipt), Error> {
        let mut salts = Salts::seeded_by(&mut platform)?;
        let mut nonces = Salts::seeded_by(&mut platform)?;
        let mut clock = HybridClock::after(Time(0), &mut platform);
        let time = clock.next(&mut platform);
        let begun = begin(genesis, None, id, time, &mut salts)?;
        let Begun { record, pending, ruling } = begun;
        let log =
            Log::create(platform.storage(), limits, Box::new(move || nonces.draw()), &pending)?;
        let log = match platform.guards() {
            Some(guards) => log.guarded_by(guards),
            None => log,
        };

        let mut state = State::default();
        evolve(&mut state, &record);
        state.seal();
        clock.used(time);
        let head = Head { seq: Seq(0), link: Digest(log.head().link.0), time };
        let receipt = Receipt {
            seq: head.seq,
            link: head.link,
            time: head.time,
            ruling,
            duplicate: false,
            payload_erased: false,
        };
        let place = Place::of(&mut platform)?;
        let mut back = Back::new(log, Published { state: state.clone(), head });
        let Opened { follower, ids, found } = back.index(place, &mut |_| ())?;
        let past = Past { state, next: Seq(1), ids, records: back.reader() };
        let mut front = Front::new(platform, salts, clock, past, limits);
        front.set_room(back.make_room()?);
        let keeper = Keeper::new(follower);
        Ok((Kernel { front, back, keeper, taker: None, index: found }, receipt))
    }
}

/// A record 0 that gate and decider have passed, before it is written.
pub(crate) struct Begun {
    pub(crate) record: Record,
    pub(crate) pending: Pending,
    pub(crate) ruling: Ruling,
}

/// Rules on a genesis and encodes it; for a fork with the place where it leaves the old log.
///
/// # Errors
/// [`Error::Genesis`] when gate or decider refuse it.
pub(crate) fn begin(
    genesis: Genesis,
    fork: Option<Fork>,
    id: Option<CommandId>,
    time: Time,
    salts: &mut Salts,
) -> Result<Begun, Error> {
    let ctx = Context::at(Seq(0), time);
    let constitution = Some(Arc::from(genesis.constitution.as_str()));
    let (request, ruled, encoded) = rule_genesis(genesis, fork, id, &ctx, salts)?;
    let command_id = request.submission.command_id;
    let record = record(&ctx, constitution, &ruled);
    let core = core::encode(&encoded, &ruled, core::Bound::Nothing);
    let version = core::version(&request.submission);
    let pending = core::pending(&record, version, command_id, salts.draw(), core, None);
    Ok(Begun { record, pending, ruling: Ruling::from(&ruled) })
}

fn rule_genesis(
    genesis: Genesis,
    fork: Option<Fork>,
    id: Option<CommandId>,
    ctx: &Context,
    salts: &mut Salts,
) -> Result<(Request, weft_commands::Ruling, Vec<u8>), Error> {
    let Genesis { origin, constitution, log_key, operator_key, entropy } = genesis;
    let (log_key, operator_key, entropy) = (Digest(log_key), Digest(operator_key), Digest(entropy));
    let command = log::Genesis { origin, log_key, constitution, entropy, operator_key, fork };
    let refused = |reason: &dyn ToString| Error::Genesis(reason.to_string());
    let fresh = CommandId::new(salts.draw()).map_err(|error| refused(&error))?;
    let id = id.unwrap_or(fresh);
    let request = Request::new(Actor::Kernel, id, Command::Genesis(command));
    let encoded = encode_request(&request.submission).map_err(|error| refused(&error))?;
    let ruled = rule(&State::default(), ctx, &request.submission);
    if let Some(rejection) = &ruled.rejection {
        return Err(refused(rejection));
    }
    if ruled.decision.verdict != weft_projections::Verdict::Permit {
        return Err(refused(&ruled.decision.verdict));
    }
    Ok((request, ruled, encoded))
}

fn record(ctx: &Context, constitution: Option<Arc<str>>, ruled: &weft_commands::Ruling) -> Record {
    Record {
        seq: ctx.seq,
        time: ctx.time,
        kind: Kind::LOG_GENESIS,
        actor: Actor::Kernel,
        cause: None,
        verdict: ruled.decision.verdict,
        rejected: false,
        constitution,
        events: ruled.events.clone(),
        payload: None,
    }
}
