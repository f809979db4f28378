//! The methods that are commands.

use super::method::{Method, Param, TARGET, method, needed, optional};

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
