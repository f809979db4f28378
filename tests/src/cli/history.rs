//! What was, and how it is found.

use super::node::Node;
use serde_json::{Value, json};

/// A node with the records 0 genesis, 1 and 2 put, 3 rejected put, 4 spawn, 5 grant, 6 remove.
fn lively() -> Node {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a", "--meta", "v=1"]);
    node.done(["tree", "put", "/docs/a", "--meta", "v=2"]);
    assert_eq!(node.weft(["tree", "put", "/kernel/x"]).code, 1);
    node.spawn("reader");
    node.done(["capability", "grant", "reader", "--can", "publish:survey/#"]);
    node.done(["tree", "remove", "/docs/a"]);
    node
}

fn seqs(node: &Node, arguments: &[&str]) -> Vec<u64> {
    let printed = node.done(["log", "-o", "json"].iter().chain(arguments));
    let record = |line: &str| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap();
    printed.lines().map(record).collect()
}

fn field(node: &Node, arguments: &[&str], name: &str) -> String {
    node.json(arguments)[name].as_str().unwrap().to_owned()
}

#[test]
fn the_log_is_filtered_limited_and_turned_around() {
    let node = lively();
    let check = |arguments: &[&str], expected: &[u64]| {
        assert_eq!(seqs(&node, arguments), expected, "{arguments:?}");
    };
    check(&[], &[0, 1, 2, 3, 4, 5, 6]);
    check(&["--kind", "tree.put"], &[1, 2, 3]);
    check(&["--kind", "tree.put", "--verdict", "rejected"], &[3]);
    check(&["--verdict", "deny"], &[]);
    check(&["--actor", "kernel"], &[0]);
    check(&["--actor", "operator:1", "--limit", "2"], &[5, 6]);
    check(&["--reverse", "--limit", "3"], &[6, 5, 4]);
    check(&["--limit", "0"], &[]);
    check(&["--limit", "18446744073709551615"], &[0, 1, 2, 3, 4, 5, 6]);
    check(&["--since", "1h"], &[0, 1, 2, 3, 4, 5, 6]);
    check(&["--since", "9999-01-01T00:00:00Z"], &[]);
    check(&["--since", &field(&node, &["show", "4"], "time")], &[4, 5, 6]);
    check(&["reader"], &[4, 5]);
    check(&["1"], &[4, 5]);
    check(&["reader", "--kind", "capability.grant"], &[5]);
    check(&["--at", "3", "--limit", "2"], &[2, 3]);
}

#[test]
fn the_table_shows_twenty_records_and_marks_refusals() {
    let node = lively();
    for number in 0..20 {
        node.done(["tree", "put", &format!("/docs/{number}")]);
    }
    let table = node.done(["log"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 21, "a title and the last 20");
    assert!(
        lines[0].starts_with("SEQ") && lines[1].starts_with("7 ") && lines[20].starts_with("26 "),
        "{table}"
    );
    let early = node.done(["log", "--at", "6"]);
    assert!(
        early.contains("REJECTED  /kernel/x (resource): path /kernel/x is reserved"),
        "{early}"
    );
    assert!(early.contains("process:1 can publish:survey/#"), "{early}");
    assert!(!early.contains('\u{1b}'), "no colours into a pipe");
}

#[test]
fn a_record_has_many_names() {
    let node = lively();
    let record = node.json(["show", "2"]);
    let link = record["link"].as_str().unwrap();
    let check = |name: &str| assert_eq!(node.json(["show", name]), record, "{name}");
    check("@-4");
    check(&format!("link:{link}"));
    check(&format!("link:{}", &link[..10]));
    check(&format!("link:{}", link[..10].to_uppercase()));
    check(record["time"].as_str().unwrap());
}

#[test]
fn every_reading_verb_answers_as_of_a_record() {
    let node = lively();
    let value =
        |at: &str| node.json(["tree", "show", "/docs/a", "--at", at])["metadata"]["v"].clone();
    assert_eq!((value("1"), value("2"), value("@-1")), (json!("1"), json!("2"), json!("2")));
    node.weft(["tree", "show", "/docs/a", "--at", "0"])
        .fails(3, &["/docs/a not found as of record 0"]);
    node.weft(["tree", "show", "/docs/a"]).fails(3, &["not found"]);
    assert_eq!(node.json(["tree", "list", "/docs", "--at", "2"])[0]["stored"], json!(2));
    assert_eq!(node.json(["ps", "--at", "3"]), json!([]));
    assert_eq!(node.json(["ps", "--at", "4"])[0]["name"], json!("reader"));
    let status = node.json(["chain", "status", "--at", "3"]);
    assert_eq!((&status["size"], &status["head"]["seq"]), (&json!(4), &json!(3)));
    assert_eq!(status["head"]["link"].as_str().unwrap(), field(&node, &["show", "3"], "link"));
    assert!(status["bytes"].as_u64() < node.json(["chain", "status"])["bytes"].as_u64());
    assert_eq!(node.json(["show", "@", "--at", "3"])["seq"], json!(3));
    node.weft(["show", "5", "--at", "3"]).fails(3, &["record 5 not found as of record 3"]);
    node.weft(["log", "reader", "--at", "3"])
        .fails(3, &["process reader not found as of record 3"]);
    node.weft(["ps", "--at", "99"]).fails(3, &["record 99 not found"]);
}

#[test]
fn a_replay_says_what_it_folded_and_compared() {
    let node = lively();
    let (found, status) = (node.json(["replay", "--check"]), node.json(["chain", "status"]));
    assert_eq!((&found["holds"], &found["records"]), (&json!(true), &status["size"]));
    assert_eq!((&found["compared"], &found["diverged"]), (&json!(0), &json!(null)));
    assert_eq!(found["state_root"].as_str().unwrap().len(), 64);
    let text = node.done(["replay", "--check"]);
    assert!(text.contains("holds            yes"), "{text}");
    node.weft(["replay"]).fails(2, &["--check"]);
}

#[test]
fn show_is_for_people_too() {
    let node = lively();
    let shown = node.done(["show", "1"]);
    let expected = [
        "kind    tree.put",
        "permit: holds grant 0.0",
        "event resource.stored",
        "  v = 1",
        "byte ",
        "path /docs/a",
        "payload whole",
        "risk=100",
    ];
    for word in expected {
        assert!(shown.contains(word), "no {word:?} in: {shown}");
    }
    let genesis = node.done(["show", "0"]);
    assert!(genesis.contains("    threshold warn"), "the law keeps its lines: {genesis}");
}

#[test]
fn a_long_log_is_read_in_both_directions_and_with_gaps() {
    let node = Node::fresh();
    node.fill(1_200);
    assert_eq!(seqs(&node, &["--limit", "2000"]), (0..=1_200).collect::<Vec<_>>());
    let backwards: Vec<u64> = (0..=1_200).rev().collect();
    assert_eq!(seqs(&node, &["--limit", "2000", "--reverse"]), backwards);
    let even: Vec<u64> = (1..=1_200).filter(|seq| seq % 2 == 0).collect();
    assert_eq!(seqs(&node, &["--limit", "2000", "--kind", "tree.remove"]), even);
    let table = node.done(["log", "--limit", "2000"]);
    assert_eq!(table.lines().count(), 1_202, "one title above every record");
}
