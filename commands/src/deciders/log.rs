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
