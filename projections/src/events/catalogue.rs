//! A description of every event, for documents and for golden files.

/// What an event is called and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The type number.
    pub event_type: u16,
    /// The version of the layout.
    pub version: u16,
    /// The name, such as `process.spawned`.
    pub name: &'static str,
    /// Its fields in the order in which they are stored.
    pub fields: &'static [Field],
    /// What happened.
    pub meaning: &'static str,
}

/// A field of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What is stored: its form, and its range where it has one.
    pub form: &'static str,
}

/// Every event in every version, by type number.
#[must_use]
pub const fn catalogue() -> &'static [Description] {
    CATALOGUE
}

const fn field(name: &'static str, form: &'static str) -> Field {
    Field { name, form }
}

const fn event(
    event_type: u16,
    name: &'static str,
    meaning: &'static str,
    fields: &'static [Field],
) -> Description {
    Description { event_type, version: 1, name, fields, meaning }
}

const CATALOGUE: &[Description] = &[
    event(
        1,
        "log.genesis",
        "The log begins: its law, its keys, and for a fork where it comes from.",
        &[
            field("origin", "text, 1 to 255 bytes without white space, control characters or '+'"),
            field("log_key", "32 bytes, Ed25519 public key"),
            field("constitution", "32 bytes, digest of the constitution's text"),
            field("entropy", "32 bytes"),
            field("operator_key", "32 bytes, Ed25519 public key of operator 1"),
            field("fork_log_id", "32 bytes; this and the next two only for a fork"),
            field("fork_seq", "seq of the last record that both share"),
            field("fork_link", "32 bytes, link of that record"),
        ],
    ),
    event(
        2,
        "log.redacted",
        "The payload of a record is to be erased, and counts as erased from here on.",
        &[
            field("seq", "seq of an earlier record"),
            field("reason", "text, 1 to 512 bytes without control characters; it stays"),
        ],
    ),
    event(
        3,
        "log.key_rotated",
        "Checkpoints of more records than there were before this one need another key.",
        &[
            field("new_key", "32 bytes, Ed25519 public key"),
            field(
                "signature",
                "64 bytes, the old key's over `\"exochain/rotate/1\" ‖ log id ‖ seq of the record ‖ new key`",
            ),
        ],
    ),
    event(
        5,
        "kernel.snapshot_claimed",
        "The kernel claims the root of State as of a record; whoever folds the log can refute it.",
        &[
            field("seq", "seq of an earlier record"),
            field("state_version", "u32"),
            field("root", "32 bytes, `SHAKE(\"exochain/state/1\" ‖ canonical bytes of State)`"),
        ],
    ),
    event(
        64,
        "kernel.booted",
        "The kernel opened its log for work.",
        &[
            field("boot", "u32, counted from 1"),
            field("gate_version", "u32"),
            field("state_version", "u32"),
        ],
    ),
    event(
        65,
        "kernel.halted",
        "The kernel stopped in order.",
        &[field("boot", "u32, the boot that ends")],
    ),
    event(
        66,
        "governance.suppressed",
        "Refusals beyond what is recorded one by one in a minute, counted in one event.",
        &[
            field("tree", "actor at the root of the spawn tree whose commands were refused"),
            field("count", "u64"),
            field("minute", "u64, minutes since 1970"),
        ],
    ),
    event(
        72,
        "process.spawned",
        "A process was made.",
        &[
            field("pid", "pid, not used before"),
            field("name", "name, unique among live processes"),
            field("parent", "actor that made it"),
            field("restart", "0 never, 1 on failure"),
            field("grants", "array of at most 64 grants; grant i gets the id [seq, i]"),
            field("backend", "0 embedded, 1 native: the payload is its program"),
        ],
    ),
    event(
        73,
        "process.started",
        "A run of a process began.",
        &[
            field("pid", "pid"),
            field("generation", "u32, from 1"),
            field("token", "32 bytes, digest of the run's secret; only for a run that has one"),
        ],
    ),
    event(
        74,
        "process.exited",
        "A run of a process ended.",
        &[
            field("pid", "pid"),
            field("generation", "u32, from 1"),
            field("outcome", "[0, exit code], [1, signal], [2] lost or [3] stopped"),
            field("next", "0 exited for good, 1 restarting"),
        ],
    ),
    event(75, "process.stopping", "A process is to end.", &[field("pid", "pid")]),
    event(
        80,
        "ipc.sent",
        "A message went into an inbox; the payload is its body.",
        &[field("to", "pid")],
    ),
    event(
        81,
        "ipc.acked",
        "A process took a message out of its inbox.",
        &[field("pid", "pid"), field("message", "seq of the record that sent it")],
    ),
    event(
        88,
        "topic.subscribed",
        "A process asked for the messages of topics.",
        &[field("pid", "pid"), field("filter", "topic filter")],
    ),
    event(
        89,
        "topic.unsubscribed",
        "A process no longer asks for the messages of topics.",
        &[field("pid", "pid"), field("filter", "topic filter, as it was subscribed to")],
    ),
    event(
        90,
        "topic.published",
        "A message went into the inbox of every subscriber of its topic; the payload is its body.",
        &[field("topic", "topic")],
    ),
    event(
        96,
        "resource.stored",
        "A resource was stored, new or in place of an older one; missing parents were made as namespaces.",
        &[
            field("path", "path"),
            field("kind", "word"),
            field("meta_keys", "array of at most 64 words, ascending; the values are the payload"),
        ],
    ),
    event(
        97,
        "resource.removed",
        "A resource was removed with everything below it.",
        &[field("path", "path")],
    ),
    event(
        104,
        "causal.linked",
        "Someone asserted that one node relates to another.",
        &[
            field("from", "node: [0, seq], [1, pid] or [2, name]"),
            field("to", "node"),
            field(
                "relation",
                "0 causes, 1 inhibits, 2 correlates, 3 enables, 4 follows, 5 contradicts, 6 triggered by, 7 evidence for",
            ),
            field("weight", "u16, 0 to 1000 thousandths"),
        ],
    ),
    event(
        112,
        "capability.granted",
        "A right was granted; its id is [seq, 0].",
        &[
            field("holder", "actor"),
            field(
                "grant",
                "[scope, id of the grant it derives from or null, time of expiry or null, delegable]",
            ),
        ],
    ),
    event(
        113,
        "capability.revoked",
        "A grant was taken back with everything derived from it.",
        &[field("grant", "id of a grant: [seq, index]")],
    ),
];
