//! The catalogue itself.

use weft_projections::Kind;

use super::{Argument, Entry};

/// Every command in words, ascending by kind.
#[must_use]
pub const fn catalogue() -> &'static [Entry] {
    ENTRIES
}

const fn argument(key: u8, name: &'static str, meaning: &'static str) -> Argument {
    Argument { key, name, meaning }
}

const ENTRIES: &[Entry] = &[
    Entry {
        kind: Kind::UNRECOGNISED,
        meaning: "A request that names no command of this version; always denied, and recorded.",
        arguments: &[argument(0, "method", "what was asked for, cut to 128 bytes")],
        payload: "none",
        who: "nobody",
        rejections: &["unrecognised"],
    },
    Entry {
        kind: Kind::LOG_GENESIS,
        meaning: "The first record of a log.",
        arguments: &[
            argument(
                0,
                "origin",
                "whose log this is: 1 to 255 bytes without white space, control characters and '+'",
            ),
            argument(1, "log_key", "Ed25519 public key that signs checkpoints"),
            argument(2, "constitution", "text of the law, at most 48 KiB"),
            argument(3, "entropy", "32 bytes drawn at birth"),
            argument(4, "operator_key", "Ed25519 public key of operator 1"),
            argument(
                5,
                "fork",
                "where the log leaves another one: its id, seq and link; absent unless it does",
            ),
        ],
        payload: "none",
        who: "the kernel, on an empty log",
        rejections: &["payload_unexpected", "genesis_misplaced", "bad_origin", "bad_constitution"],
    },
    Entry {
        kind: Kind::LOG_REDACT,
        meaning: "Erase the payload of a record; header, core, chain and proofs stay as they are.",
        arguments: &[
            argument(0, "seq", "the record"),
            argument(
                1,
                "reason",
                "why, 1 to 512 bytes of text without control characters; it stays on the chain",
            ),
        ],
        payload: "none",
        who: "an operator who holds `redact:*`",
        rejections: &[
            "payload_unexpected",
            "no_such_record",
            "already_redacted",
            "record_unsettled",
            "no_payload",
        ],
    },
    Entry {
        kind: Kind::LOG_ROTATE_KEY,
        meaning: "Have checkpoints signed with another key from now on; the old one signs the change.",
        arguments: &[argument(
            0,
            "new_key",
            "Ed25519 public key that the log never had, and whose secret the node holds",
        )],
        payload: "none",
        who: "an operator who holds `operate:*`",
        rejections: &["payload_unexpected", "key_used", "limit", "key_not_held"],
    },
    Entry {
        kind: Kind::KERNEL_SNAPSHOT,
        meaning: "Claim the root of State as of a record, for whoever folds the log to refute.",
        arguments: &[
            argument(0, "seq", "the last record that is folded into that State"),
            argument(1, "state_version", "the meaning of that State"),
            argument(2, "root", "its root"),
        ],
        payload: "none",
        who: "the kernel",
        rejections: &["payload_unexpected", "no_such_record", "snapshot_stale"],
    },
    Entry {
        kind: Kind::KERNEL_BOOT,
        meaning: "The kernel starts to take commands; after a crash too.",
        arguments: &[
            argument(0, "gate_version", "the meaning of the gate"),
            argument(1, "state_version", "the meaning of State"),
        ],
        payload: "none",
        who: "the kernel",
        rejections: &["payload_unexpected"],
    },
    Entry {
        kind: Kind::KERNEL_SHUTDOWN,
        meaning: "The kernel stops taking commands.",
        arguments: &[],
        payload: "none",
        who: "the kernel, or who holds `operate:*`",
        rejections: &["payload_unexpected", "kernel_not_running"],
    },
    Entry {
        kind: Kind::GOVERNANCE_SUPPRESSED,
        meaning: "Refusals beyond a spawn tree's budget, counted instead of recorded.",
        arguments: &[
            argument(0, "tree", "root of the spawn tree"),
            argument(1, "count", "how many, at least 1"),
            argument(2, "minute", "when, in minutes since 1970"),
        ],
        payload: "none",
        who: "the kernel",
        rejections: &["payload_unexpected", "nothing_suppressed"],
    },
    Entry {
        kind: Kind::PROCESS_SPAWN,
        meaning: "Register a new process and hand it rights.",
        arguments: &[
            argument(0, "name", "its name, unique among live processes"),
            argument(1, "restart", "0 never, 1 on failure"),
            argument(2, "can", "rights for it, at most 64: {0: scope, 1: delegable, ? 2: expires}"),
            argument(
                3,
                "backend",
                "0 embedded: whoever embeds the kernel runs it, 1 native: the kernel does",
            ),
        ],
        payload: "the program of a native process, 1 byte to 64 KiB, a CBOR map: {1: argv [+ text], 2: env {* text => text}, ? 3: cwd text}; none for an embedded one",
        who: "who holds `spawn:NAME`, and every right to be handed on",
        rejections: &[
            "payload_missing",
            "payload_unexpected",
            "payload_too_long",
            "name_taken",
            "limit",
            "expiry_past",
            "grant_not_held",
            "exceeds_grant",
            "grant_expired",
            "not_delegable",
            "outlives_grant",
        ],
    },
    Entry {
        kind: Kind::PROCESS_STARTED,
        meaning: "A process runs.",
        arguments: &[
            argument(0, "pid", "the process"),
            argument(1, "generation", "which of its runs"),
            argument(
                2,
                "token",
                "digest of the run's secret, `SHAKE(\"weft/token/1\" ‖ 32 bytes)`; absent without one",
            ),
        ],
        payload: "none",
        who: "the kernel",
        rejections: &[
            "payload_unexpected",
            "no_such_process",
            "stale_generation",
            "process_not_starting",
        ],
    },
    Entry {
        kind: Kind::PROCESS_EXITED,
        meaning: "A run has ended; a process that failed starts again if its spawner wanted that and nobody asked it to stop.",
        arguments: &[
            argument(0, "pid", "the process"),
            argument(1, "generation", "which of its runs"),
            argument(2, "outcome", "[0, exit code], [1, signal], [2] lost or [3] stopped"),
        ],
        payload: "none",
        who: "the kernel",
        rejections: &[
            "payload_unexpected",
            "no_such_process",
            "stale_generation",
            "process_not_running",
        ],
    },
    Entry {
        kind: Kind::PROCESS_STOP,
        meaning: "Ask that a process ends.",
        arguments: &[argument(0, "target", "[0, pid] or [1, name]")],
        payload: "none",
        who: "who holds `stop:NAME` or `stop:PID`",
        rejections: &[
            "payload_unexpected",
            "no_such_process",
            "already_stopping",
            "process_not_running",
        ],
    },
    Entry {
        kind: Kind::IPC_SEND,
        meaning: "Put a message into a process's inbox; it need not run yet.",
        arguments: &[argument(0, "to", "[0, pid] or [1, name]")],
        payload: "the body, 1 byte to 16 KiB; a longer one, up to 11 MiB, is a blob",
        who: "who holds `send:NAME` or `send:PID`",
        rejections: &[
            "payload_missing",
            "payload_too_long",
            "no_such_process",
            "process_not_running",
            "inbox_full",
        ],
    },
    Entry {
        kind: Kind::IPC_ACK,
        meaning: "Take a handled message out of one's own inbox.",
        arguments: &[argument(0, "message", "seq of the record that put it there")],
        payload: "none",
        who: "a process, for itself",
        rejections: &["payload_unexpected", "not_a_process", "no_such_message"],
    },
    Entry {
        kind: Kind::TOPIC_SUBSCRIBE,
        meaning: "Have what is published under matching topics put into one's own inbox.",
        arguments: &[argument(0, "filter", "which topics")],
        payload: "none",
        who: "a process that holds `subscribe:FILTER`, for itself",
        rejections: &["payload_unexpected", "not_a_process", "already_subscribed", "limit"],
    },
    Entry {
        kind: Kind::TOPIC_UNSUBSCRIBE,
        meaning: "End a subscription of one's own.",
        arguments: &[argument(0, "filter", "exactly as it was subscribed")],
        payload: "none",
        who: "a process, for itself",
        rejections: &["payload_unexpected", "not_a_process", "not_subscribed"],
    },
    Entry {
        kind: Kind::TOPIC_PUBLISH,
        meaning: "Put a message into every subscriber's inbox, or into none.",
        arguments: &[argument(0, "topic", "the topic")],
        payload: "the body, 1 byte to 16 KiB; a longer one, up to 11 MiB, is a blob",
        who: "who holds `publish:TOPIC`",
        rejections: &["payload_missing", "payload_too_long", "limit", "inbox_full"],
    },
    Entry {
        kind: Kind::TREE_PUT,
        meaning: "Make or replace a resource; missing parents are made.",
        arguments: &[
            argument(0, "path", "where"),
            argument(1, "kind", "what it is"),
            argument(2, "meta_keys", "keys of its metadata, ascending, at most 64"),
        ],
        payload: "the metadata, a CBOR map from key to text, exactly when there are keys",
        who: "who holds `put:PATH`",
        rejections: &[
            "payload_missing",
            "payload_unexpected",
            "payload_too_long",
            "reserved_path",
            "limit",
            "meta_keys_unordered",
        ],
    },
    Entry {
        kind: Kind::TREE_REMOVE,
        meaning: "Take a resource out of the tree.",
        arguments: &[
            argument(0, "path", "where"),
            argument(1, "recursive", "whether everything below goes too"),
        ],
        payload: "none",
        who: "who holds `remove:PATH`",
        rejections: &["payload_unexpected", "reserved_path", "not_found", "has_children"],
    },
    Entry {
        kind: Kind::CAUSAL_LINK,
        meaning: "Assert a causal edge.",
        arguments: &[
            argument(0, "from", "[0, seq], [1, pid] or [2, name]"),
            argument(1, "to", "the same"),
            argument(
                2,
                "relation",
                "0 causes, 1 inhibits, 2 correlates, 3 enables, 4 follows, 5 contradicts, 6 triggered by, 7 evidence for",
            ),
            argument(3, "weight", "0 to 1000 thousandths"),
        ],
        payload: "none",
        who: "who holds `link:*`",
        rejections: &[
            "payload_unexpected",
            "weight_too_large",
            "no_such_record",
            "no_such_process",
            "edge_exists",
            "limit",
        ],
    },
    Entry {
        kind: Kind::CAPABILITY_GRANT,
        meaning: "Hand a right on.",
        arguments: &[
            argument(0, "holder", "who gets it: a live process or a known operator"),
            argument(1, "scope", "the right"),
            argument(2, "delegable", "whether it may be handed on again"),
            argument(
                3,
                "expires",
                "from when on it is worth nothing; absent: with what it comes from",
            ),
        ],
        payload: "none",
        who: "who holds the right",
        rejections: &[
            "payload_unexpected",
            "no_such_holder",
            "limit",
            "expiry_past",
            "grant_not_held",
            "exceeds_grant",
            "grant_expired",
            "not_delegable",
            "outlives_grant",
        ],
    },
    Entry {
        kind: Kind::CAPABILITY_REVOKE,
        meaning: "Take a right back, with everything derived from it.",
        arguments: &[argument(0, "grant", "the grant: [seq, index]")],
        payload: "none",
        who: "who holds a grant it comes from, or an operator who holds `*:*`",
        rejections: &["payload_unexpected", "no_such_grant", "root_grant"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, testing::samples};

    #[test]
    fn the_catalogue_lists_every_command_and_every_argument() {
        let kinds: Vec<_> = catalogue().iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, Command::KINDS);
        for (entry, sample) in catalogue().iter().zip(samples()) {
            let keys: Vec<_> = entry.arguments.iter().map(|argument| argument.key).collect();
            assert_eq!(keys, keys_of(&sample), "{}", sample.name());
        }
    }

    /// The keys of the encoded arguments of a command with every argument filled.
    fn keys_of(command: &Command) -> Vec<u8> {
        let bytes = command.encode_arguments();
        let mut decoder = minicbor::Decoder::new(&bytes);
        let len = decoder.map().unwrap().unwrap();
        let mut keys = Vec::new();
        for _ in 0..len {
            keys.push(decoder.u8().unwrap());
            decoder.skip().unwrap();
        }
        keys
    }
}
