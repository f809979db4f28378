//! Golden files: the bytes of every event in every version, pinned for ever in `fixtures/golden/events/`.
//!
//! `WEFT_BLESS=1 cargo nextest run -p weft-projections golden` writes the files that are missing. It never replaces one: bytes that
//! were written once must decode for ever, so a changed layout is a new version with a new file.

use minicbor::{Decoder, Encoder};
use std::fmt::Write as _;
use std::path::PathBuf;

use super::{
    Backend, CapabilityGranted, CapabilityRevoked, CausalLinked, Event, Fork, GovernanceSuppressed,
    Grant, IpcAcked, IpcSent, KernelBooted, KernelHalted, KernelSnapshotClaimed, LogGenesis,
    LogKeyRotated, LogRedacted, Next, NodeRef, Outcome, ProcessExited, ProcessSpawned,
    ProcessStarted, ProcessStopping, Relation, ResourceRemoved, ResourceStored, Restart,
    TopicPublished, TopicSubscribed, TopicUnsubscribed, catalogue, decode_events, encode_events,
};
use crate::testing::{filter, genesis, grant, name, operator, path, pid_of, process, topic};
use crate::{Actor, Digest, Generation, GrantId, NodeId, Seq, Signature, Time};

#[test]
fn golden_files_decode_to_the_examples_and_back() {
    for description in catalogue() {
        let examples: Vec<Event> = examples()
            .into_iter()
            .filter(|event| event.type_number() == description.event_type)
            .collect();
        let file = folder().join(format!(
            "{:03}-{}-v{}.hex",
            description.event_type, description.name, description.version
        ));
        if std::env::var_os("WEFT_BLESS").is_some() && !file.exists() {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&file, render(&examples)).unwrap();
        }
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|e| panic!("{}: {e}; WEFT_BLESS=1 makes it", file.display()));
        check(&text, &examples);
    }
}

fn check(text: &str, examples: &[Event]) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.len(), examples.len(), "one line of bytes for each example");
    for (line, example) in lines.iter().zip(examples) {
        let bytes = hex::decode(line).unwrap();
        assert_eq!(
            decode_events(&mut Decoder::new(&bytes)).unwrap(),
            std::slice::from_ref(example)
        );
        assert_eq!(hex::encode(encode(example)), **line, "{example:?}");
    }
}

#[test]
fn golden_files_are_all_known() {
    let known: Vec<String> = catalogue()
        .iter()
        .map(|event| format!("{:03}-{}-v{}.hex", event.event_type, event.name, event.version))
        .collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&file), "{file} belongs to no event");
    }
}

#[test]
fn the_catalogue_agrees_with_the_examples() {
    assert!(catalogue().is_sorted_by_key(|event| event.event_type));
    for example in examples() {
        let description = catalogue()
            .iter()
            .find(|description| description.event_type == example.type_number())
            .unwrap();
        assert_eq!((description.name, description.version), (example.name(), example.version()));
        let bytes = encode(&example);
        let mut d = Decoder::new(&bytes);
        d.array().unwrap();
        d.array().unwrap();
        d.u16().unwrap();
        d.u16().unwrap();
        let stored = d.array().unwrap().unwrap();
        assert_eq!(
            stored,
            description.fields.len() as u64 - left_out(&example),
            "{}",
            example.name()
        );
    }
}

/// Fields at the end that there is nothing to say about.
fn left_out(example: &Event) -> u64 {
    let without_fork = matches!(example, Event::LogGenesis(event) if event.fork.is_none());
    let without_token = matches!(example, Event::ProcessStarted(event) if event.token.is_none());
    if without_fork { 3 } else { u64::from(without_token) }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/golden/events")
}

/// The list of this one event, as it stands in a core.
fn encode(event: &Event) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    encode_events(std::slice::from_ref(event), &mut e).unwrap();
    e.into_writer()
}

fn render(examples: &[Event]) -> String {
    let mut text = String::from(
        "# A list of one event each, as it stands under key 3 of a core. Never changed: see projections/src/events/golden.rs.\n",
    );
    for example in examples {
        write!(text, "# {example:?}\n{}\n", hex::encode(encode(example))).unwrap();
    }
    text
}

/// A genesis under the default constitution as it was when the golden file was written.
fn pinned_genesis() -> LogGenesis {
    let digest = "302f127be42442e45b0785db84f3b51980b68eb9df30e0295e63be3e0650dbd3";
    LogGenesis { constitution: digest.parse().unwrap(), ..genesis() }
}

fn examples() -> Vec<Event> {
    [log_and_kernel(), processes(), messages(), resources_and_causes(), capabilities()].concat()
}

fn log_and_kernel() -> Vec<Event> {
    let fork = Some(Fork { log_id: Digest([5; 32]), seq: Seq(70_000), link: Digest([6; 32]) });
    vec![
        Event::LogGenesis(Box::new(pinned_genesis())),
        Event::LogGenesis(Box::new(LogGenesis { fork, ..pinned_genesis() })),
        Event::LogRedacted(LogRedacted {
            seq: Seq(4_120),
            reason: "asked for by who wrote it".parse().unwrap(),
        }),
        Event::LogKeyRotated(Box::new(LogKeyRotated {
            new_key: Digest([7; 32]),
            signature: Signature([8; 64]),
        })),
        Event::KernelSnapshotClaimed(KernelSnapshotClaimed {
            seq: Seq(70_000),
            state_version: 2,
            root: Digest([9; 32]),
        }),
        Event::KernelBooted(KernelBooted { boot: 3, gate_version: 1, state_version: 1 }),
        Event::KernelHalted(KernelHalted { boot: 3 }),
        Event::GovernanceSuppressed(GovernanceSuppressed {
            tree: process(3),
            count: 4_000_000_000,
            minute: 29_000_000,
        }),
        Event::GovernanceSuppressed(GovernanceSuppressed {
            tree: Actor::Unauthenticated,
            count: 1,
            minute: 0,
        }),
    ]
}

fn processes() -> Vec<Event> {
    let spawn = |parent, restart, backend, grants| {
        Event::ProcessSpawned(ProcessSpawned {
            pid: pid_of(3),
            name: name("analyst-1"),
            parent,
            restart,
            grants,
            backend,
        })
    };
    let start = |token| {
        let generation = Generation::FIRST;
        Event::ProcessStarted(ProcessStarted { pid: pid_of(3), generation, token })
    };
    let exit = |outcome, next| {
        let generation = Generation::new(70_000).unwrap();
        Event::ProcessExited(ProcessExited { pid: pid_of(3), generation, outcome, next })
    };
    vec![
        spawn(operator(), Restart::Never, Backend::Embedded, vec![]),
        spawn(
            process(2),
            Restart::OnFailure,
            Backend::Native,
            vec![grant("send:reporter", GrantId::ROOT), grant("publish:survey/#", GrantId::ROOT)],
        ),
        start(None),
        start(Some(crate::token_digest(&[7; crate::TOKEN_BYTES]))),
        exit(Outcome::Code(0), Next::Exited),
        exit(Outcome::Signal(9), Next::Restarting),
        exit(Outcome::Lost, Next::Restarting),
        exit(Outcome::Stopped, Next::Exited),
        Event::ProcessStopping(ProcessStopping { pid: pid_of(crate::ACTOR_ID_MAX) }),
    ]
}

fn messages() -> Vec<Event> {
    vec![
        Event::IpcSent(IpcSent { to: pid_of(3) }),
        Event::IpcAcked(IpcAcked { pid: pid_of(3), message: Seq(4_120) }),
        Event::TopicSubscribed(TopicSubscribed {
            pid: pid_of(3),
            filter: filter("survey/+/done/#"),
        }),
        Event::TopicUnsubscribed(TopicUnsubscribed {
            pid: pid_of(3),
            filter: filter("survey/+/done/#"),
        }),
        Event::TopicPublished(TopicPublished { topic: topic("survey/done") }),
    ]
}

fn resources_and_causes() -> Vec<Event> {
    let store = |keys: &[&str]| {
        let meta_keys = keys.iter().map(|key| key.parse().unwrap()).collect();
        Event::ResourceStored(ResourceStored {
            path: path("/apps/demo/Über mich.md"),
            kind: "file".parse().unwrap(),
            meta_keys,
        })
    };
    let nodes = || {
        [NodeRef::Record(Seq(7)), NodeRef::Process(pid_of(3)), NodeRef::Named(name("hypothesis-a"))]
            .into_iter()
            .cycle()
    };
    let link = |((relation, from), to)| {
        Event::CausalLinked(CausalLinked { from, to, relation, weight: 750 })
    };
    let mut events = vec![store(&[]), store(&["digest", "size"])];
    events.push(Event::ResourceRemoved(ResourceRemoved { path: path("/apps/demo") }));
    events.extend(Relation::ALL.into_iter().zip(nodes()).zip(nodes().skip(1)).map(link));
    events
}

fn capabilities() -> Vec<Event> {
    let give = |holder, grant| Event::CapabilityGranted(CapabilityGranted { holder, grant });
    let parent = GrantId { seq: Seq(70_000), index: 63 };
    let scopes = [
        "*:*",
        "spawn:analyst",
        "stop:7",
        "send:*",
        "subscribe:survey/+",
        "publish:#",
        "put:/apps",
        "remove:/",
        "link:*",
        "operate:*",
        "read:/srv/data",
        "write:/",
        "observe:*",
    ];
    let mut events: Vec<Event> =
        scopes.into_iter().map(|scope| give(process(3), grant(scope, parent))).collect();
    let expires = Some(Time::from_unix_ms(1_800_000_000_000));
    events.push(give(operator(), Grant { expires, delegable: false, ..grant("*:*", parent) }));
    events.push(give(Actor::Node(NodeId::FIRST), Grant { parent: None, ..grant("*:*", parent) }));
    events.push(Event::CapabilityRevoked(CapabilityRevoked { grant: parent }));
    events
}
