//! docs/events.md lists every command, event, finding and rejection, as the code describes them.

use super::forms;
use crate::support::assert_page;
use std::fmt::Write;
use weft_commands::{Rejection, catalogue, findings};
use weft_projections::limits::{BACKOFF_MS_MAX, BACKOFF_MS_MIN, RUN_STEADY_MS};
use weft_projections::{Action, Scope, events};

const INTRODUCTION: &str = "\
# Commands and events

Every record holds the request of one command, what the gate found and the events that followed, or why there
are none. This page lists them all; it is made from the code by a test (`tests/src/docs/events.rs`;
`WEFT_BLESS=1` writes it), so it cannot differ from it. How they lie in a record: [format.md](format.md),
section 2.

Kinds and event types are numbers that are never reused. Arguments are a CBOR map with integer keys; the
fields of an event are a CBOR array in the order listed, and an event is `[type, version, fields]`. An optional
argument that is absent has no key, and an optional field at the end is left out. What a word such as pid, path
or scope stands for: [Forms](#forms).

A command that took effect (permitted or warned, and not rejected) has exactly one event, whose type is the
command's kind; any other command has none.
";

#[test]
fn the_page_of_events_is_what_the_code_says() {
    assert_page(
        "events.md",
        &format!(
            "{INTRODUCTION}{}{}{}{}{}{QUERIES}{}{}",
            commands(),
            event_types(),
            forms::section(),
            runs(),
            rights(),
            gate_findings(),
            rejections()
        ),
    );
}

fn commands() -> String {
    let mut page = String::from("\n## Commands\n");
    for entry in catalogue() {
        let name = entry.kind.name().expect("a listed command has a name");
        writeln!(page, "\n### {} `{name}`\n\n{}\n", entry.kind.0, entry.meaning).unwrap();
        writeln!(page, "- Who may: {}", entry.who).unwrap();
        writeln!(page, "- Payload: {}", entry.payload).unwrap();
        writeln!(page, "- Rejections: {}", list(entry.rejections)).unwrap();
        if !entry.arguments.is_empty() {
            page.push_str("\n| key | argument | meaning |\n|---|---|---|\n");
        }
        for argument in entry.arguments {
            writeln!(page, "| {} | {} | {} |", argument.key, argument.name, argument.meaning)
                .unwrap();
        }
    }
    page
}

fn event_types() -> String {
    let mut page = String::from("\n## Events\n");
    for event in events::catalogue() {
        writeln!(
            page,
            "\n### {} `{}`, version {}\n\n{}\n",
            event.event_type, event.name, event.version, event.meaning
        )
        .unwrap();
        page.push_str("| place | field | form |\n|---|---|---|\n");
        for (place, field) in event.fields.iter().enumerate() {
            writeln!(page, "| {place} | {} | {} |", field.name, field.form).unwrap();
        }
    }
    page
}

fn runs() -> String {
    format!(
        "\n## Runs\n\nA process that is to start again does so at once, unless its last runs failed: it waits {BACKOFF_MS_MIN} ms after \
         one that\nended by a signal or with another exit code than 0, twice as long after each further one, {} s at most. A run \
         of\n{} s makes all earlier failures forgotten. A run that the kernel lost counts neither way. These waits are State: \
         a\nfunction of the records, the same after a restart of the kernel.\n",
        BACKOFF_MS_MAX / 1_000,
        RUN_STEADY_MS / 1_000
    )
}

fn rights() -> String {
    let mut page = String::from(
        "\n## Rights\n\nA right is an action on an object, written `ACTION:OBJECT` and stored as `[action, object]`. `ACTION:*` is \
         the\naction on every object, stored as `[action, [0]]`, but for `link:*`. A right covers another one when its action \
         is the\nsame or `*` and its object is the same or holds the other one: paths hold what lies below them, filters \
         hold the\ntopics that they match.\n\n\
         | action | name | object | object stored as | example |\n|---|---|---|---|---|\n",
    );
    for (number, action) in Action::ALL.into_iter().enumerate() {
        let (object, stored, example) = object(action);
        let scope: Scope = example.parse().expect("an example of a right is one");
        assert_eq!(scope.action(), action);
        writeln!(page, "| {number} | `{action}` | {object} | {stored} | `{example}` |").unwrap();
    }
    page
}

/// What an action may be done to, how that is stored, and a right to it.
fn object(action: Action) -> (&'static str, &'static str, &'static str) {
    let process = "a process by name, or by pid";
    match action {
        Action::Any => ("everything", "[0]", "*:*"),
        Action::Spawn => ("a process by name", "[1, [0, name]]", "spawn:analyst"),
        Action::Stop => (process, "[1, [0, name]] or [1, [1, pid]]", "stop:3"),
        Action::Send => (process, "[1, [0, name]] or [1, [1, pid]]", "send:analyst"),
        Action::Subscribe => ("the topics of a filter", "[2, filter]", "subscribe:survey/#"),
        Action::Publish => ("the topics of a filter", "[2, filter]", "publish:survey/+"),
        Action::Put => ("a resource and what lies below", "[3, path]", "put:/apps/demo"),
        Action::Remove => ("a resource and what lies below", "[3, path]", "remove:/apps/demo"),
        Action::Link => ("the causal graph", "[4]", "link:*"),
        Action::Operate => ("the kernel", "[0]", "operate:*"),
        Action::Read => (FILES, "[5, file path]", "read:/srv/data"),
        Action::Write => (FILES, "[5, file path]", "write:/srv/data/out"),
        Action::Observe => ("what others do", "[0]", "observe:*"),
        Action::Redact => ("any record", "[0]", "redact:*"),
    }
}

const FILES: &str = "a file or a folder of the machine with what lies below: an absolute path of at most 4,096 bytes, no segment empty, `.` or `..`, no control characters";

const QUERIES: &str = "
## Queries

A query changes nothing and is not recorded; the gate rules on it with the findings below. The kernel sees
everything, and a live process what belongs to itself: its row, its inbox, its records, its output (`owner`).
Whatever else somebody wants to see takes a grant that covers `observe:*` (`capability_held`), such as the
`*:*` of operator 1. Who is not known sees nothing, and effects are not weighed.
";

fn gate_findings() -> String {
    let mut page = String::from(
        "\n## Findings\n\nWhat the checks of the gate find. A record keeps each finding as an array of its tag and its values; the code \
         is in\nanswers; the verdict of the record is the strictest of them.\n\n\
         | tag | code | verdict | values | meaning |\n|---|---|---|---|---|\n",
    );
    for finding in findings() {
        let verdicts: Vec<_> = finding.verdicts.iter().map(|verdict| verdict.name()).collect();
        let values = if finding.values.is_empty() { "none" } else { &finding.values.join(", ") };
        let (tag, code, meaning) = (finding.tag, finding.code, finding.meaning);
        writeln!(page, "| {tag} | `{code}` | {} | {values} | {meaning} |", verdicts.join(" / "))
            .unwrap();
    }
    page
}

fn rejections() -> String {
    let mut page = String::from(
        "\n## Rejections\n\nWhat a decider says when it refuses a command that the gate let through. The record holds \
         `[number, text]`;\nthe name is in answers, and the class decides the exit code. The text is made for people, and may \
         change with\nevery version. It repeats names and paths out of the arguments, and like them it is in the core, which is \
         never\nerased: no secret belongs into either.\n\n| number | name | class |\n|---|---|---|\n",
    );
    for code in Rejection::CODES {
        writeln!(page, "| {} | `{}` | {:?} |", code.number, code.name, code.class).unwrap();
    }
    page
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_kind_and_event_type_is_listed_once() {
    let kinds: Vec<u16> = catalogue().iter().map(|entry| entry.kind.0).collect();
    let known: Vec<u16> = weft_projections::Kind::ALL.iter().map(|kind| kind.0).collect();
    assert_eq!(kinds, known);
    let mut types: Vec<u16> = events::catalogue().iter().map(|event| event.event_type).collect();
    types.dedup();
    assert_eq!(types.len(), events::catalogue().len());
}
