//! docs/events.md lists every command, event, finding and rejection, as the code describes them.

use crate::support::assert_page;
use std::fmt::Write;
use weft_commands::{Rejection, catalogue, findings};
use weft_projections::events;

const INTRODUCTION: &str = "\
# Commands and events

Every record holds the request of one command, what the gate found and the events that followed, or why there
are none. This page lists them all; it is made from the code by a test (`tests/src/docs/events.rs`;
`WEFT_BLESS=1` writes it), so it cannot differ from it. How they lie in a record: [format.md](format.md),
section 2.

Kinds and event types are numbers that are never reused. Arguments are a CBOR map with integer keys; the
fields of an event are a CBOR array in the order listed. An optional argument that is absent has no key. Ids
(seq, pid, generation, time) are unsigned integers, digests are byte strings of 32, names are texts.
";

#[test]
fn the_page_of_events_is_what_the_code_says() {
    assert_page(
        "events.md",
        &format!(
            "{INTRODUCTION}{}{}{}{}",
            commands(),
            event_types(),
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
        "\n## Rejections\n\nWhat a decider says when it refuses a command that the gate let through. The number is in the \
         record, the\nname in answers; the class decides the exit code.\n\n| number | name | class |\n|---|---|---|\n",
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
