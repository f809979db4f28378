//! Queries: what may be seen, and by which path it is answered.

use super::bell::has_message;
use super::desk::{Desk, Made};
use super::fault::{Fault, Trouble};
use super::follow;
use super::json::Message;
use super::limits::STREAMS_MAX;
use super::params::{About, Query};
use super::queries::{self, Filter, Processes, Sight, Which};
use super::session::Who;
use super::shared::Shared;
use super::wire;
use crate::kernel::Published;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use weft_commands::{Context, Target, View, gate_query};
use weft_ledger::storage::Files;
use weft_projections::{Actor, Pid, Seq, State, Verdict};

/// The answer to `ipc.receive`.
#[derive(Serialize)]
struct Messages {
    messages: Vec<Message>,
}

/// The answer to `stream.end`.
#[derive(Serialize)]
struct Nothing {}

/// Answers `query`, now or later.
pub(super) fn start(desk: &mut Desk, query: Query, who: Who, id: &str, published: &Arc<Published>) {
    if let Err(fault) = answer(desk, query, who, id, published) {
        desk.refuse(id, &fault);
    }
}

fn answer(
    desk: &mut Desk,
    query: Query,
    who: Who,
    id: &str,
    published: &Arc<Published>,
) -> Result<(), Fault> {
    let actor = who.actor(&published.state);
    let permitted = |view| permit(published, actor, view);
    match query {
        Query::Status => {
            permitted(own(actor))?;
            now(desk, id, &desk.shared.status(published));
        }
        Query::Standing => {
            permitted(own(actor))?;
            read(desk, id, published, |shared, sight| {
                queries::standing(sight, &shared.hooks.layout.log())
            });
        }
        Query::Processes(which, from) => processes(desk, (which, from), actor, id, published)?,
        Query::Process(target) => {
            permitted(view_of(&published.state, &target))?;
            now(desk, id, &queries::process(&sight(&desk.shared, published), &target)?);
        }
        Query::Receive { after, max, timeout } => {
            receive(desk, Wanted { after, max, timeout }, actor, id, published)?;
        }
        Query::Resources { path, depth, after } => {
            permitted(View::Everything)?;
            read(desk, id, published, move |_, sight| {
                queries::resources(sight.state, &path, depth, after.as_ref())
            });
        }
        Query::Resource(path) => {
            permitted(View::Everything)?;
            read(desk, id, published, move |_, sight| queries::resource(sight, &path));
        }
        Query::Records(about, page) => {
            let only = sees_only(published, actor)?;
            read(desk, id, published, move |_, sight| {
                queries::records(sight, &filter(sight, about, only)?, page)
            });
        }
        Query::Record(seq) => record(desk, seq, actor, id, published)?,
        Query::Trace(seq, depth) => {
            let only = sees_only(published, actor)?;
            let wish = queries::Wish { seq, depth, only };
            read(desk, id, published, move |_, sight| queries::trace(sight, wish));
        }
        Query::Follow(about, from) => {
            let only = sees_only(published, actor)?;
            room_for_stream(desk)?;
            let filter = filter_from_now(&published.state, about, only)?;
            let next = from.unwrap_or_else(|| published.head.seq.next());
            follow::records(desk, id, follow::Wish { who, filter, only: only.is_some(), next });
        }
        Query::Output { target, follow } => {
            permitted(view_of(&published.state, &target))?;
            output(desk, (target, follow), who, id, published)?;
        }
        Query::EndStream(number) => end_stream(desk, number, id)?,
    }
    Ok(())
}

fn processes(
    desk: &mut Desk,
    (which, from): (Which, Option<Pid>),
    actor: Actor,
    id: &str,
    published: &Arc<Published>,
) -> Result<(), Fault> {
    let only = sees_only(published, actor)?.and_then(Actor::pid);
    read(desk, id, published, move |_, sight| {
        let mut rows = queries::processes(sight.state, which, only.or(from));
        if let Some(only) = only {
            rows.processes.retain(|row| row.pid == only.get());
            rows.next = None;
        }
        Ok(rows)
    });
    Ok(())
}

fn record(
    desk: &mut Desk,
    seq: Seq,
    actor: Actor,
    id: &str,
    published: &Arc<Published>,
) -> Result<(), Fault> {
    let only = sees_only(published, actor)?.map(|only| only.to_string());
    read(desk, id, published, move |_, sight| {
        let found = queries::record(sight, seq);
        match (only, found) {
            // Whether there is such a record is not told, either.
            (Some(only), found) => {
                found.ok().filter(|record| record.record.actor == only).ok_or_else(|| {
                    queries::Error::NotFound { what: format!("record {seq} of {only}") }
                })
            }
            (None, found) => found,
        }
    });
    Ok(())
}

fn output(
    desk: &mut Desk,
    (target, follow): (Target, bool),
    who: Who,
    id: &str,
    published: &Published,
) -> Result<(), Fault> {
    let pid = queries::find(&published.state, &target)?.pid;
    if follow {
        room_for_stream(desk)?;
    }
    follow::output(desk, id, who, pid, follow)
}

fn end_stream(desk: &mut Desk, number: u64, id: &str) -> Result<(), Fault> {
    let missing = || Fault::new(Trouble::NotFound, format!("subscription {number} not found"));
    desk.streams.remove(&number).ok_or_else(missing)?.abort();
    now(desk, id, &Nothing {});
    Ok(())
}

fn room_for_stream(desk: &Desk) -> Result<(), Fault> {
    if desk.streams.len() < STREAMS_MAX {
        return Ok(());
    }
    Err(Fault::new(Trouble::Limit, format!("{STREAMS_MAX} streams are followed already")))
}

/// Rules on a query.
pub(super) fn permit(published: &Published, actor: Actor, view: View) -> Result<(), Fault> {
    let ctx = Context::at(published.head.seq.next(), published.head.time);
    let decision = gate_query(&published.state, &ctx, actor, &view);
    if decision.verdict <= Verdict::Warn {
        return Ok(());
    }
    let mut found = decision.findings.iter().filter(|finding| finding.verdict() > Verdict::Warn);
    let reason = found.next().map_or_else(|| "nothing permits it".to_owned(), ToString::to_string);
    Err(Fault::new(Trouble::Denied, format!("denied: {reason}")))
}

/// What everybody who is known may see.
fn own(actor: Actor) -> View {
    actor.pid().map_or(View::Everything, View::Process)
}

/// Whether a process exists is told to nobody who may not see it.
fn view_of(state: &State, target: &Target) -> View {
    queries::find(state, target).map_or(View::Everything, |row| View::Process(row.pid))
}

/// The actor whose records alone may be seen, if not all.
fn sees_only(published: &Published, actor: Actor) -> Result<Option<Actor>, Fault> {
    match (permit(published, actor, View::Everything), actor) {
        (Ok(()), _) => Ok(None),
        (Err(_), Actor::Process(pid)) => {
            permit(published, actor, View::Process(pid)).map(|()| Some(actor))
        }
        (Err(denied), _) => Err(denied),
    }
}

fn filter(
    sight: &Sight<'_, Files>,
    about: About,
    only: Option<Actor>,
) -> Result<Filter, queries::Error> {
    let About { process, kind, actor, ruled, since } = about;
    let processes = process.map(|process| Processes::find(sight, &process)).transpose()?;
    Ok(Filter { processes, kind, actor, ruled, since, only })
}

/// The same without looking through the log: for what is still to come.
fn filter_from_now(
    state: &State,
    about: About,
    only: Option<Actor>,
) -> Result<Filter, queries::Error> {
    let About { process, kind, actor, ruled, since } = about;
    let processes = process.map(|process| Processes::known(state, &process)).transpose()?;
    Ok(Filter { processes, kind, actor, ruled, since, only })
}

fn sight<'a>(shared: &'a Shared, published: &'a Published) -> Sight<'a, Files> {
    let (state, reader) = (&published.state, shared.handle.reader());
    Sight { state, reader, head: published.head.seq, postings: None }
}

fn now(desk: &mut Desk, id: &str, result: &impl Serialize) {
    wire::answer(&mut desk.outbox.bytes, id, result);
}

/// Answers in a thread of its own, since records are read or much is copied.
fn read<T: Serialize>(
    desk: &mut Desk,
    id: &str,
    published: &Arc<Published>,
    query: impl FnOnce(&Shared, &Sight<'_, Files>) -> Result<T, queries::Error> + Send + 'static,
) {
    let (shared, published) = (desk.shared.clone(), published.clone());
    in_background(desk, id, move || {
        let postings = shared.handle.finder().postings();
        let sight = Sight { postings: postings.as_deref(), ..sight(&shared, &published) };
        Ok(query(&shared, &sight)?)
    });
}

/// Answers with what `work` says, in a thread of its own.
pub(super) fn in_background<T: Serialize>(
    desk: &mut Desk,
    id: &str,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) {
    let id: Box<str> = id.into();
    let (shared, made) = (desk.shared.clone(), desk.made.0.clone());
    desk.queries += 1;
    desk.tasks.spawn(async move {
        let failed = id.clone();
        let said = in_turn(&shared, move || Ok(line(&id, work()))).await;
        let said = said.unwrap_or_else(|fault| line::<()>(&failed, Err(fault)));
        // The connection may be gone.
        let _ = made.send(Made::Answer(said)).await;
    });
}

/// Does work that reads records, in a thread of its own, when it is its turn.
async fn in_turn<T: Send + 'static>(
    shared: &Shared,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let _turn = shared.readers.acquire().await;
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Fault::new(Trouble::Error, "the query failed")))
}

pub(super) fn line<T: Serialize>(id: &str, result: Result<T, Fault>) -> Vec<u8> {
    let mut line = Vec::new();
    match result {
        Ok(result) => wire::answer(&mut line, id, &result),
        Err(fault) => wire::error(&mut line, Some(id), &fault),
    }
    line
}

/// What somebody wants of its inbox.
#[derive(Clone, Copy)]
struct Wanted {
    after: Option<Seq>,
    max: usize,
    timeout: Duration,
}

fn receive(
    desk: &mut Desk,
    wanted: Wanted,
    actor: Actor,
    id: &str,
    published: &Arc<Published>,
) -> Result<(), Fault> {
    let Some(pid) = actor.pid() else {
        return Err(Fault::new(Trouble::Denied, "denied: only a process has an inbox"));
    };
    permit(published, actor, View::Process(pid))?;
    if wanted.timeout.is_zero() || has_message(&published.state, pid, wanted.after) {
        if queries::is_large(&published.state, pid, wanted.after, wanted.max) {
            let (shared, published) = (desk.shared.clone(), published.clone());
            in_background(desk, id, move || messages(&shared, &published, pid, wanted));
            return Ok(());
        }
        let messages = messages(&desk.shared, published, pid, wanted)?;
        now(desk, id, &messages);
        return Ok(());
    }
    let id: Box<str> = id.into();
    let (shared, made) = (desk.shared.clone(), desk.made.0.clone());
    desk.queries += 1;
    desk.receives.retain(|receive| !receive.is_finished());
    let task = desk.tasks.spawn(async move {
        let result = wait(&shared, pid, wanted).await;
        let _ = made.send(Made::Answer(line(&id, result))).await;
    });
    desk.receives.push(task);
    Ok(())
}

async fn wait(shared: &Arc<Shared>, pid: Pid, wanted: Wanted) -> Result<Messages, Fault> {
    let woken = shared.bell.wait(pid, wanted.after);
    if !has_message(&shared.handle.published().state, pid, wanted.after) {
        // Whether it rang or the time is over: the inbox says.
        let _ = timeout(wanted.timeout, woken).await;
    }
    let published = shared.handle.published();
    if !queries::is_large(&published.state, pid, wanted.after, wanted.max) {
        return messages(shared, &published, pid, wanted);
    }
    let reading = shared.clone();
    in_turn(shared, move || messages(&reading, &published, pid, wanted)).await
}

fn messages(
    shared: &Shared,
    published: &Published,
    pid: Pid,
    wanted: Wanted,
) -> Result<Messages, Fault> {
    let Wanted { after, max, .. } = wanted;
    let messages = queries::messages(&sight(shared, published), pid, after, max)?;
    Ok(Messages { messages })
}
