//! The JSON that docs/cli.md promises.

use super::node::Node;
use serde_json::{Value, json};

fn keys(document: &Value) -> Vec<&str> {
    document.as_object().unwrap().keys().map(String::as_str).collect()
}

fn is_hex(value: &Value) -> bool {
    let digits = value.as_str().unwrap();
    digits.len() == 64
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
}

#[test]
fn a_record_has_exactly_the_promised_shape() {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a", "--meta", "k=v"]);
    let stream = node.done(["log", "-o", "json"]);
    let records: Vec<Value> =
        stream.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2);
    let expected = [
        "actor",
        "cause",
        "command_id",
        "core_commit",
        "decision",
        "events",
        "kind",
        "link",
        "payload",
        "prev",
        "rejected",
        "request",
        "seq",
        "time",
        "verdict",
    ];
    let record = &records[1];
    let mut found = keys(record);
    found.sort_unstable();
    assert_eq!(found, expected);
    for name in ["link", "prev", "core_commit"] {
        assert!(is_hex(&record[name]), "{name}");
    }
    assert_eq!(record["prev"], records[0]["link"]);
    assert_eq!(
        (&record["seq"], &record["kind"], &record["verdict"], &record["rejected"]),
        (&json!(1), &json!("tree.put"), &json!("permit"), &Value::Null)
    );
    assert_eq!(
        (&record["actor"], &record["cause"], &record["payload"]),
        (&json!("operator:1"), &Value::Null, &json!("whole"))
    );
    assert_eq!(
        record["request"],
        json!({"path": "/docs/a", "kind": "resource", "meta_keys": ["k"]})
    );
    assert_eq!(
        record["events"],
        json!([{"type": "resource.stored", "path": "/docs/a", "kind": "resource", "meta_keys": ["k"]}])
    );
    let held = json!({"verdict": "permit", "code": "capability_held", "detail": "holds grant 0.0", "grant": "0.0"});
    assert_eq!(record["decision"]["findings"], json!([held]));
    let (time, id) = (record["time"].as_str().unwrap(), record["command_id"].as_str().unwrap());
    assert!(time.len() == 24 && time.ends_with('Z') && time.as_bytes()[19] == b'.', "{time}");
    assert!(id.len() == 36 && id.as_bytes()[14] == b'7', "a UUIDv7: {id}");
}

#[test]
fn show_adds_payload_and_place_to_the_record() {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a", "--meta", "k=v"]);
    let shown = node.json(["show", "@"]);
    assert_eq!(shown["content"], json!({"metadata": {"k": "v"}}));
    assert_eq!(shown["segment"], json!("log/00000000000000000000.seg"));
    assert!(shown["offset"].as_u64().unwrap() > 64 && is_hex(&shown["payload_commit"]), "{shown}");
    assert_eq!(node.json(["show", "0"])["content"], json!("none"));
}

#[test]
fn status_has_at_least_what_is_promised() {
    let node = Node::fresh();
    let status = node.json(["chain", "status"]);
    assert!(is_hex(&status["log_id"]) && is_hex(&status["public_key"]), "{status}");
    assert_eq!((&status["size"], &status["checkpoint"]), (&json!(1), &Value::Null));
    assert_eq!(status["head"], json!({"seq": 0, "link": status["log_id"]}));
    let file = std::fs::metadata(node.segment()).unwrap().len();
    assert_eq!((&status["segments"], &status["bytes"]), (&json!(1), &json!(file)));
}

#[test]
fn a_receipt_has_seq_link_and_verdict() {
    let node = Node::fresh();
    let receipt = node.json(["tree", "put", "/docs/a"]);
    let shown = node.json(["show", "1"]);
    for name in
        ["seq", "link", "time", "kind", "verdict", "rejected", "actor", "command_id", "decision"]
    {
        assert_eq!(receipt[name], shown[name], "{name}");
    }
    assert_eq!((&receipt["dry_run"], &receipt["repetition"]), (&json!(false), &json!(false)));
}

#[test]
fn processes_are_listed_with_their_states() {
    let node = Node::fresh();
    assert_eq!(node.json(["ps"]), json!([]));
    node.spawn("reader");
    let found = node.json(["ps"]);
    let row = &found[0];
    assert_eq!(
        (&row["pid"], &row["name"], &row["state"]),
        (&json!(1), &json!("reader"), &json!("starting"))
    );
    assert_eq!(
        (&row["generation"], &row["restarts"], &row["inbox"]),
        (&json!(1), &json!(0), &json!(0))
    );
    assert_eq!((&row["parent"], &row["exit"]), (&json!("operator:1"), &Value::Null));
    assert_eq!(node.json(["agent", "list", "--all"]), found);
    assert!(node.done(["ps"]).contains("reader"));
}

#[test]
fn errors_are_json_on_stderr() {
    let node = Node::fresh();
    let ran = node.weft(["show", "77", "-o", "json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(
        (&error["error"]["code"], &error["error"]["exit"]),
        (&json!("not_found"), &json!(3))
    );
    assert_eq!(error["error"]["message"], json!("record 77 not found"));
    assert_eq!(error["error"]["hint"], json!("`weft log` shows what there is"));
}

#[test]
fn usage_errors_are_json_too() {
    let node = Node::nowhere();
    let check = |arguments: &[&str], word: &str| {
        let ran = node.weft(arguments);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.lines().count()), (2, "", 1));
        let error: Value = serde_json::from_str(&ran.stderr).unwrap();
        assert_eq!(
            (&error["error"]["code"], &error["error"]["exit"]),
            (&json!("usage"), &json!(2))
        );
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(word) && !message.contains("Usage:"), "{message}");
    };
    check(&["-o", "json", "fly"], "unrecognized subcommand 'fly'");
    check(&["show", "zzz", "--output=json"], "\"zzz\" names no record");
    check(&["show", "--output", "json"], "not provided: <REC>");
    check(&["-ojson", "tree"], "a verb is missing");
    check(&["-o=json"], "requires a subcommand");
    check(&["log", "--limit", "-1", "-o", "json"], "unexpected argument '-1'");
    node.weft(["show", "zzz", "--", "-o", "json"]).fails(2, &["error: "]);
    assert!(node.done(["--help", "-o", "json"]).contains("Usage:"), "help is for people");
}

#[test]
fn verification_reports_what_it_saw() {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a"]);
    for (arguments, hasher) in [
        (&["chain", "verify"][..], "shake"),
        (&["chain", "verify", "--independent"], "tiny-keccak"),
    ] {
        let report = node.json(arguments);
        assert_eq!((&report["verified"], &report["size"]), (&json!(true), &json!(2)));
        assert_eq!((&report["hasher"], &report["torn"]), (&json!(hasher), &Value::Null));
        assert_eq!(report["head"], node.json(["chain", "status"])["head"]);
    }
}
