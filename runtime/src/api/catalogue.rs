//! Every method, for docs/api.md.

/// A method of the socket.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Its parameters, beside those that every command takes.
    pub params: &'static [Param],
    /// What it answers.
    pub result: &'static str,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Its form.
    pub form: &'static str,
    /// What it is, and what stands for it when it is absent.
    pub meaning: &'static str,
    /// Whether it has to be there.
    pub is_required: bool,
}

const fn needed(name: &'static str, form: &'static str, meaning: &'static str) -> Param {
    Param { name, form, meaning, is_required: true }
}

const fn optional(name: &'static str, form: &'static str, meaning: &'static str) -> Param {
    Param { name, form, meaning, is_required: false }
}

const fn method(
    name: &'static str,
    meaning: &'static str,
    params: &'static [Param],
    result: &'static str,
) -> Method {
    Method { name, meaning, params, result }
}

/// What every command takes beside its own parameters.
pub const COMMAND_PARAMS: &[Param] = &[
    optional("command_id", "text, a UUID", "runs at most once under this id; a fresh one"),
    optional("cause", "number", "the record that led to it"),
    optional("dry_run", "bool", "only say what would be, as a query does; false"),
    optional(
        "effect_raise",
        "object: risk, fairness, privacy, novelty, security, each 0 to 1000",
        "the effect is at least this",
    ),
];

const TARGET: &str = "text or number: a process by its name or pid";
const RECEIPT: &str = "the receipt";
const KERNEL: &str = "the kernel alone reports this: anybody else is denied";

const BODY_TEXT: Param =
    optional("body", "text", "the message, 1 byte to 11 MiB; this or the next");
const BODY_BASE64: Param = optional("body_base64", "text", "the message where it is no text");

/// The methods that are commands, in the order of their kinds. Their arguments in a record:
/// docs/events.md.
pub const COMMANDS: &[Method] = &[
    method(
        "log.redact",
        "erase the payload of a record; an operator's to ask for",
        &[
            needed("seq", "number", "which record"),
            needed("reason", "text, a line of 1 to 512 bytes", "why; it stays on the chain"),
        ],
        RECEIPT,
    ),
    method(
        "log.rotate_key",
        "have checkpoints signed with another key; an operator's to ask for. The kernel signs the change if it \
         finds the new key's secret in `keys/log.key.next`; a dry run signs nothing, and the event that it tells of \
         has zeros for its signature",
        &[needed("new_key", "text, 64 hex digits", "the Ed25519 public key")],
        RECEIPT,
    ),
    method(
        "kernel.snapshot",
        KERNEL,
        &[
            needed("seq", "number", "the last record that is folded into the State"),
            needed("state_version", "number", "the meaning of State"),
            needed("root", "text, 64 hex digits", "its root"),
        ],
        RECEIPT,
    ),
    method(
        "kernel.boot",
        KERNEL,
        &[
            needed("gate_version", "number", "the meaning of the gate"),
            needed("state_version", "number", "the meaning of State"),
        ],
        RECEIPT,
    ),
    method(
        "kernel.shutdown",
        "stop the kernel: the daemon ends every process, then itself",
        &[],
        RECEIPT,
    ),
    method(
        "governance.suppressed",
        KERNEL,
        &[
            needed("tree", "text, an actor", "whose refusals"),
            needed("count", "number", "how many"),
            needed("minute", "number", "in which minute since 1970"),
        ],
        RECEIPT,
    ),
    method(
        "process.spawn",
        "register a process; with a program the kernel starts it",
        &[
            needed("name", "text", "unique among live processes"),
            optional("restart", "`never` or `on_failure`", "when it is started again; never"),
            optional(
                "can",
                "list of `ACTION:OBJECT`, or of objects with scope, delegable, expires",
                "its rights; none",
            ),
            optional(
                "argv",
                "list of texts",
                "the program and its arguments; without it the one who asks runs the process",
            ),
            optional("env", "object of texts", "its environment beside what every process gets"),
            optional("cwd", "text, an absolute path", "where it starts"),
        ],
        RECEIPT,
    ),
    method(
        "process.started",
        KERNEL,
        &[
            needed("pid", "number", "the process"),
            needed("generation", "number", "which of its runs"),
            optional("token", "text, 64 hex digits", "the digest of the run's secret"),
        ],
        RECEIPT,
    ),
    method(
        "process.exited",
        KERNEL,
        &[
            needed("pid", "number", "the process"),
            needed("generation", "number", "which of its runs"),
            needed("outcome", "`code:N`, `signal:N`, `lost` or `stopped`", "how it ended"),
        ],
        RECEIPT,
    ),
    method(
        "process.stop",
        "ask that a process ends",
        &[needed("target", TARGET, "which")],
        RECEIPT,
    ),
    method(
        "ipc.send",
        "put a message into a process's inbox",
        &[needed("to", TARGET, "whose"), BODY_TEXT, BODY_BASE64],
        RECEIPT,
    ),
    method(
        "ipc.ack",
        "take a message that was handled out of one's own inbox",
        &[needed("message", "number", "as `ipc.receive` named it")],
        RECEIPT,
    ),
    method(
        "topic.subscribe",
        "have what is published put into one's own inbox",
        &[needed("filter", "text", "which topics, such as `survey/#` or `survey/+/done`")],
        RECEIPT,
    ),
    method(
        "topic.unsubscribe",
        "end a subscription",
        &[needed("filter", "text", "exactly as it was subscribed")],
        RECEIPT,
    ),
    method(
        "topic.publish",
        "put a message into the inbox of every subscriber",
        &[needed("topic", "text", "under which topic"), BODY_TEXT, BODY_BASE64],
        RECEIPT,
    ),
    method(
        "tree.put",
        "store a resource, new or in place of an older one",
        &[
            needed("path", "text, an absolute path of the tree", "where"),
            optional("kind", "text, a word", "what it is; `resource`"),
            optional("meta", "object of texts", "its metadata; none"),
        ],
        RECEIPT,
    ),
    method(
        "tree.remove",
        "take a resource out of the tree",
        &[
            needed("path", "text", "which"),
            optional("recursive", "bool", "everything below it, too; false"),
        ],
        RECEIPT,
    ),
    method(
        "causal.link",
        "assert an edge of the causal graph",
        &[
            needed("from", "text: `process:3`, `record:7` or `named:x`", "where it starts"),
            needed("to", "text", "where it ends"),
            needed("relation", "text", "what it says, such as `causes`"),
            needed("weight", "number, 0 to 1000", "how strongly"),
        ],
        RECEIPT,
    ),
    method(
        "capability.grant",
        "hand a right on",
        &[
            needed(
                "holder",
                "text or number: a process by its name or pid, or an actor",
                "who gets it",
            ),
            needed("scope", "text, `ACTION:OBJECT`", "the right"),
            optional("delegable", "bool", "whether it may be handed on; false"),
            optional("expires", "text, RFC 3339", "when it ends; with the grant it comes from"),
        ],
        "the receipt, with the grant's id in `grant`",
    ),
    method(
        "capability.revoke",
        "take back a grant and everything derived from it",
        &[needed("grant", "text, such as `12.0`", "which")],
        RECEIPT,
    ),
];

const ABOUT_PROCESS: Param =
    optional("process", TARGET, "only what concerns it: every process that ever had the name");
const ABOUT_KIND: Param = optional("kind", "text", "only commands of this kind");
const ABOUT_ACTOR: Param = optional("actor", "text", "only what this actor asked for");
const ABOUT_VERDICT: Param = optional(
    "verdict",
    "`permit`, `warn`, `defer`, `deny` or `rejected`",
    "only what was ruled so",
);

/// The methods that only read, and the greeting.
pub const QUERIES: &[Method] = &[
    method(
        "session.hello",
        "greet, and show a token; the first request of a connection",
        &[optional("token", "text", "`WEFT_TOKEN`, for the whole connection")],
        "`protocol`, `log_id`, `nonce`, `pid` of the kernel, `actor` that the client is now",
    ),
    method(
        "kernel.status",
        "how the kernel is",
        &[],
        "`pid`, `state`, `socket`, `data_dir`, `uptime_ms`, `head`, `boots`, `processes`, `clients`, `confinement`, `scrub`",
    ),
    method(
        "process.list",
        "the process table; an agent sees its own row",
        &[
            optional("all", "bool", "those that have exited lately, too; false"),
            optional("from", "number", "begin with this pid"),
        ],
        "`processes`, and in `next` the pid that the next page begins with, or null",
    ),
    method(
        "process.show",
        "everything of one process",
        &[needed("target", TARGET, "which")],
        "a row with its rights and subscriptions",
    ),
    method(
        "process.output",
        "what a process printed: the last MiB at most",
        &[
            needed("target", TARGET, "whose"),
            optional("follow", "bool", "go on with what it prints; false"),
        ],
        "`pid`, `text`, `subscription` or null; then notices `process.printed` and at last `process.ended`",
    ),
    method(
        "ipc.receive",
        "the oldest messages of one's own inbox, which stay there until `ipc.ack`",
        &[
            optional("timeout_ms", "number, at most 60000", "how long to wait for one; 0"),
            optional("max", "number, 1 to 64", "at most so many; 64"),
            optional("after", "number", "only messages after this one"),
        ],
        "`messages`, each with `message`, `from`, `topic`, `time` and `body` or `body_base64`, or `erased` (it is not here any more) or `damaged`; after 1 MiB of bodies the rest comes with the next call; none when the time is over",
    ),
    method(
        "tree.list",
        "what is below a path",
        &[
            optional("path", "text", "below which; `/`"),
            optional("recursive", "bool", "everything, not only the children; false"),
            optional("after", "text", "begin after this path"),
        ],
        "`resources`, and in `next` the path that the next page begins after, or null",
    ),
    method(
        "tree.show",
        "one resource with the values of its metadata",
        &[needed("path", "text", "which")],
        "the resource",
    ),
    method(
        "log.read",
        "a page of records; an agent sees those that it asked for",
        &[
            optional("from", "number", "begin here; without it the page ends with the last record"),
            optional("limit", "number, at most 1000", "at most so many; 100"),
            optional("reverse", "bool", "newest first; false"),
            ABOUT_PROCESS,
            ABOUT_KIND,
            ABOUT_ACTOR,
            ABOUT_VERDICT,
            optional("since", "text, RFC 3339", "none made before"),
        ],
        "`records`, and in `next` where the next page begins, or null; a page may be short, or empty, and have a next one",
    ),
    method(
        "log.show",
        "everything of one record",
        &[needed("record", "number", "which")],
        "the record with its payload and place",
    ),
    method(
        "log.trace",
        "what led to a record, and what it led to; an agent sees those that it asked for",
        &[
            needed("record", "number", "which"),
            optional("depth", "number, at most 64", "so many steps forward; 16"),
        ],
        "`record`; `causes`, the root first; `children`, each with `depth` and `record`, by position; in `cut` what is missing: `causes` (more than 256), `hidden` (somebody else's), `depth`, `children` (more than 64 of one record), `records` (more than 256), `bytes`",
    ),
    method(
        "log.follow",
        "records as they become durable",
        &[
            optional("from", "number", "begin here; with the next record"),
            ABOUT_PROCESS,
            ABOUT_KIND,
            ABOUT_ACTOR,
            ABOUT_VERDICT,
        ],
        "`subscription`; then notices `log.record` and at last `log.ended`",
    ),
    method(
        "stream.end",
        "follow a stream no longer",
        &[needed("subscription", "number", "which")],
        "an empty object",
    ),
    method(
        "chain.status",
        "where the log stands",
        &[],
        "`log_id`, `size`, `head`, `public_key`, `checkpoint`, `segments`, `bytes`",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::dispatch::HELLO;
    use crate::api::params::Query;
    use weft_projections::Kind;

    fn names(methods: &[Method]) -> Vec<&'static str> {
        methods.iter().map(|method| method.name).collect()
    }

    #[test]
    fn every_command_and_query_is_listed_once() {
        let commands: Vec<&str> = Kind::ALL
            .iter()
            .filter(|kind| ![Kind::UNRECOGNISED, Kind::LOG_GENESIS].contains(kind))
            .filter_map(|kind| kind.name())
            .collect();
        assert_eq!(names(COMMANDS), commands);
        let listed = names(QUERIES);
        assert_eq!(listed.split_first(), Some((&HELLO, &Query::METHODS[..])));
        for method in Query::METHODS {
            assert!(Query::parse(method, "").is_some(), "{method}");
        }
    }
}
