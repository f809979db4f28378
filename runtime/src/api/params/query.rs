//! From a method and its parameters to a query.

use super::command::read;
use super::text::Text;
use super::words::{KindName, Moment, RuledWord};
use crate::api::fault::{Fault, Trouble};
use crate::api::limits::RECEIVE_TIMEOUT_MS_MAX;
use crate::api::queries::{
    Depth, MESSAGES_MAX, Order, PAGE_RECORDS_MAX, Page, Ruled, TRACE_DEPTH_DEFAULT,
    TRACE_DEPTH_MAX, Which,
};
use serde::Deserialize;
use std::time::Duration;
use weft_commands::Target;
use weft_projections::{Actor, Kind, Pid, Seq, Time, TreePath};

/// Records of a page that did not say.
const LIMIT_DEFAULT: u64 = 100;

/// Something to read.
#[derive(Debug)]
pub(in crate::api) enum Query {
    Status,
    Standing,
    Processes(Which, Option<Pid>),
    Process(Target),
    Receive { after: Option<Seq>, max: usize, timeout: Duration },
    Resources { path: TreePath, depth: Depth, after: Option<TreePath> },
    Resource(TreePath),
    Records(About, Page),
    Record(Seq),
    Trace(Seq, u32),
    Follow(About, Option<Seq>),
    Output { target: Target, follow: bool },
    EndStream(u64),
}

/// What records are to be like; names of processes are looked up later.
#[derive(Debug, Default)]
pub(in crate::api) struct About {
    pub(in crate::api) process: Option<Target>,
    pub(in crate::api) kind: Option<Kind>,
    pub(in crate::api) actor: Option<Actor>,
    pub(in crate::api) ruled: Option<Ruled>,
    pub(in crate::api) since: Option<Time>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcessList {
    #[serde(default)]
    all: bool,
    from: Option<Text<Pid>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcessShow {
    target: Text<Target>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Receive {
    #[serde(default)]
    timeout_ms: u64,
    max: Option<usize>,
    after: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeList {
    path: Option<Text<TreePath>>,
    #[serde(default)]
    recursive: bool,
    after: Option<Text<TreePath>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeShow {
    path: Text<TreePath>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogRead {
    from: Option<u64>,
    limit: Option<u64>,
    #[serde(default)]
    reverse: bool,
    process: Option<Text<Target>>,
    kind: Option<Text<KindName>>,
    actor: Option<Text<Actor>>,
    verdict: Option<Text<RuledWord>>,
    since: Option<Text<Moment>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogShow {
    record: u64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogTrace {
    record: u64,
    depth: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogFollow {
    from: Option<u64>,
    process: Option<Text<Target>>,
    kind: Option<Text<KindName>>,
    actor: Option<Text<Actor>>,
    verdict: Option<Text<RuledWord>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcessOutput {
    target: Text<Target>,
    #[serde(default)]
    follow: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamEnd {
    subscription: u64,
}

impl Query {
    /// Every method that reads, in the order of docs/api.md.
    #[cfg(test)]
    pub(in crate::api) const METHODS: [&'static str; 13] = [
        "kernel.status",
        "process.list",
        "process.show",
        "process.output",
        "ipc.receive",
        "tree.list",
        "tree.show",
        "log.read",
        "log.show",
        "log.trace",
        "log.follow",
        "stream.end",
        "chain.status",
    ];

    /// The query of that name; `None` when there is none.
    pub(in crate::api) fn parse(method: &str, params: &str) -> Option<Result<Query, Fault>> {
        Some(match method {
            "kernel.status" => read(params).map(|Nothing {}| Query::Status),
            "chain.status" => read(params).map(|Nothing {}| Query::Standing),
            "process.list" => read(params).map(|ProcessList { all, from }| {
                let which = if all { Which::All } else { Which::Live };
                Query::Processes(which, from.map(|Text(from)| from))
            }),
            "process.show" => {
                read(params).map(|ProcessShow { target: Text(target) }| Query::Process(target))
            }
            "process.output" => {
                read(params).map(|ProcessOutput { target: Text(target), follow }| Query::Output {
                    target,
                    follow,
                })
            }
            "ipc.receive" => read(params).and_then(receive),
            "tree.list" => read(params).map(list),
            "tree.show" => read(params).map(|TreeShow { path: Text(path) }| Query::Resource(path)),
            "log.read" => read(params).and_then(log_read),
            "log.show" => read(params).map(|LogShow { record }| Query::Record(Seq(record))),
            "log.trace" => read(params).and_then(log_trace),
            "log.follow" => read(params).map(log_follow),
            "stream.end" => {
                read(params).map(|StreamEnd { subscription }| Query::EndStream(subscription))
            }
            _ => return None,
        })
    }
}

fn receive(form: Receive) -> Result<Query, Fault> {
    let Receive { timeout_ms, max, after } = form;
    if timeout_ms > RECEIVE_TIMEOUT_MS_MAX {
        let most = RECEIVE_TIMEOUT_MS_MAX;
        return Err(Fault::new(
            Trouble::Usage,
            format!("timeout_ms is {timeout_ms}, at most {most}"),
        ));
    }
    let max = max.unwrap_or(MESSAGES_MAX);
    if !(1..=MESSAGES_MAX).contains(&max) {
        return Err(Fault::new(Trouble::Usage, format!("max is {max}, 1 to {MESSAGES_MAX}")));
    }
    let (timeout, after) = (Duration::from_millis(timeout_ms), after.map(Seq));
    Ok(Query::Receive { after, max, timeout })
}

fn list(form: TreeList) -> Query {
    let TreeList { path, recursive, after } = form;
    Query::Resources {
        path: path.map_or_else(TreePath::root, |Text(path)| path),
        depth: if recursive { Depth::All } else { Depth::Children },
        after: after.map(|Text(after)| after),
    }
}

fn log_read(form: LogRead) -> Result<Query, Fault> {
    let LogRead { from, limit, reverse, process, kind, actor, verdict, since } = form;
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    if limit > PAGE_RECORDS_MAX {
        let message = format!("limit is {limit}, at most {PAGE_RECORDS_MAX}");
        return Err(Fault::new(Trouble::Usage, message));
    }
    let about = About {
        process: process.map(|Text(process)| process),
        kind: kind.map(|Text(KindName(kind))| kind),
        actor: actor.map(|Text(actor)| actor),
        ruled: verdict.map(|Text(RuledWord(ruled))| ruled),
        since: since.map(|Text(Moment(since))| since),
    };
    let order = if reverse { Order::Newest } else { Order::Oldest };
    Ok(Query::Records(about, Page { from: from.map(Seq), limit, order }))
}

fn log_trace(form: LogTrace) -> Result<Query, Fault> {
    let LogTrace { record, depth } = form;
    let depth = depth.unwrap_or(TRACE_DEPTH_DEFAULT);
    if depth > TRACE_DEPTH_MAX {
        let message = format!("depth is {depth}, at most {TRACE_DEPTH_MAX}");
        return Err(Fault::new(Trouble::Usage, message));
    }
    Ok(Query::Trace(Seq(record), depth))
}

fn log_follow(form: LogFollow) -> Query {
    let LogFollow { from, process, kind, actor, verdict } = form;
    let about = About {
        process: process.map(|Text(process)| process),
        kind: kind.map(|Text(KindName(kind))| kind),
        actor: actor.map(|Text(actor)| actor),
        ruled: verdict.map(|Text(RuledWord(ruled))| ruled),
        since: None,
    };
    Query::Follow(about, from.map(Seq))
}
