//! The methods that only read, and the greeting.

use super::method::{Method, Param, TARGET, method, needed, optional};

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
