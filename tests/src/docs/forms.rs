//! How values lie in arguments, events and decisions: the table of docs/events.md.

use std::fmt::Write;

/// Form, and how it is stored.
const FORMS: &[(&str, &str)] = &[
    (
        "u8, u16, u32, u64",
        "unsigned integer of at most so many bits; so is a number without a form",
    ),
    ("bool", "false or true"),
    ("seq, time", "unsigned integer: a record's position, and a record's clock as in its header"),
    ("pid", "unsigned integer, 1 to 2^56 − 1"),
    ("generation", "unsigned integer, 1 to 2^32 − 1"),
    ("actor", "unsigned integer: the 8 bytes of a header's actor, class in the top byte"),
    ("digest, key, entropy, link, log id", "byte string of 32"),
    (
        "name",
        "text, 1 to 64 bytes of `a-z 0-9 . _ -`, the first a letter or digit, not digits alone",
    ),
    ("word", "the same, but may be digits alone: a resource's kind, a key of metadata"),
    (
        "path",
        "text, `/` or up to 32 times `/` and a segment of 1 to 255 bytes, 4,096 bytes at most; no segment is `.` or `..` or has control characters",
    ),
    (
        "topic",
        "text, 1 to 16 segments of 1 to 64 bytes with `/` between, without white space, control characters, `+`, `#`, `*`",
    ),
    ("filter", "the same, where a segment may be `+` and the last one `#`"),
    (
        "effect",
        "[risk, fairness, privacy, novelty, security], each 0 to 1000: request key 2, decision keys 4 and 5",
    ),
    ("dimension", "0 risk, 1 fairness, 2 privacy, 3 novelty, 4 security"),
    ("level", "the number of a verdict: 0 permit, 1 warn, 2 defer, 3 deny"),
    ("scope", "[action, object], see [Rights](#rights)"),
    ("grant id", "[seq, index u16], also where a finding's value is a grant"),
    (
        "grant",
        "[scope, grant id that it derives from or null, time of expiry or null, delegable bool]",
    ),
    ("right for a child", "map {0: scope, 1: delegable bool, ? 2: time of expiry}"),
    ("target", "[0, pid] or [1, name]"),
    ("node", "[0, seq], [1, pid] or [2, name]"),
    ("outcome", "[0, exit code u8], [1, signal u8], [2] or [3]"),
    ("fork", "map {0: log id, 1: seq, 2: link}"),
    ("finding", "[tag, values in their order], see [Findings](#findings)"),
    ("rejection", "[number u16, text], see [Rejections](#rejections)"),
];

const ARGUMENTS: &str = "
An argument has the form of its name, or of the event's field with the same name. The others: `to` of ipc.send and
`target` are targets, `from` and `to` of causal.link are nodes, `holder` and `tree` actors, `message` a seq, `can`
an array of at most 64 rights for a child, `delegable` and `recursive` bools, `expires` a time, `grant` of
capability.revoke a grant id, `method` a text.

The metadata of a resource is a CBOR map from text to text in the core deterministic encoding: its keys stand in
the bytewise order of their encodings, so shorter ones first (`b` before `aa`). They are those of `meta_keys`,
which stand in the bytewise order of the texts (`aa` before `b`). Neither verification nor folding looks into a
payload.
";

pub(super) fn section() -> String {
    let mut page = String::from("\n## Forms\n\n| form | stored as |\n|---|---|\n");
    for (form, stored) in FORMS {
        writeln!(page, "| {form} | {stored} |").unwrap();
    }
    page + ARGUMENTS
}
