//! Rights on the command line.

use super::node::Node;
use serde_json::json;

#[test]
fn a_grant_is_given_and_taken_back() {
    let node = Node::fresh();
    node.spawn("reader");
    let given = node.json(["cap", "grant", "reader", "--can", "put:/docs", "--delegable"]);
    assert_eq!(given["grant"], json!("2.0"));
    let event = &node.json(["show", "2"])["events"][0];
    assert_eq!(
        (
            &event["holder"],
            &event["grant"]["scope"],
            &event["grant"]["delegable"],
            &event["grant"]["expires"]
        ),
        (&json!("process:1"), &json!("put:/docs"), &json!(true), &json!(null))
    );
    assert!(node.done(["capability", "grant", "1", "--can", "send:*"]).contains("grant    3.0\n"));
    node.done(["capability", "revoke", "2.0"]);
    node.weft(["capability", "revoke", "2.0"]).fails(3, &["no grant 2.0"]);
}

#[test]
fn a_grant_can_end_by_itself() {
    let node = Node::fresh();
    node.spawn("reader");
    let until = |text: &str| {
        node.json(["cap", "grant", "process:1", "--can", "put:/docs", "--expires", text])
    };
    let seq = |receipt: serde_json::Value| receipt["seq"].to_string();
    let fixed = seq(until("2099-01-01T00:00:00Z"));
    let expires = node.json(["show", &fixed])["events"][0]["grant"]["expires"].clone();
    assert_eq!(expires, json!("2099-01-01T00:00:00.000Z"));
    let relative = seq(until("+1h"));
    let record = node.json(["show", &relative]);
    let expires = record["events"][0]["grant"]["expires"].as_str().unwrap();
    assert!(expires > record["time"].as_str().unwrap(), "{expires}");
    let past = ["cap", "grant", "1", "--can", "put:/docs", "--expires", "2001-01-01T00:00:00Z"];
    node.weft(past).fails(1, &["is past"]);
}

#[test]
fn holders_are_found_by_name_or_refused_by_name() {
    let node = Node::fresh();
    node.weft(["cap", "grant", "nobody", "--can", "put:/a"])
        .fails(3, &["live process nobody not found", "weft ps"]);
    assert_eq!(node.size(), 1, "a name that nobody has is not worth a record");
    node.weft(["cap", "grant", "operator:7", "--can", "put:/a"])
        .fails(3, &["no holder operator:7"]);
    node.weft(["cap", "grant", "UPPER", "--can", "put:/a"])
        .fails(2, &["expected a process's name or PID"]);
    node.weft(["cap", "grant", "1", "--can", "spawn:3"]).fails(2, &["does not fit the action"]);
}
