//! Receipts, rehearsals and repetitions.

use super::node::Node;
use serde_json::json;
use std::fs;

const ID: &str = "0190f3c0-0000-7000-8000-000000000001";

#[test]
fn a_dry_run_rules_and_writes_nothing() {
    let node = Node::fresh();
    let before = node.bytes();
    let ran = node.weft(["tree", "put", "/docs/a", "--meta", "k=v", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("verdict   permit") && ran.stdout.contains("resource.stored"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("nothing was recorded"), "{}", ran.stderr);
    let receipt = node.json(["tree", "put", "/docs/a", "--dry-run"]);
    assert_eq!(
        (&receipt["seq"], &receipt["link"], &receipt["dry_run"]),
        (&json!(null), &json!(null), &json!(true))
    );
    assert_eq!(receipt["events"][0]["path"], json!("/docs/a"));
    assert_eq!(node.bytes(), before, "not a byte changed");
}

#[test]
fn a_dry_run_has_the_exit_code_of_the_real_one() {
    let node = Node::fresh();
    let before = node.bytes();
    let check = |arguments: &[&str], code, word: &str| {
        node.weft(arguments).fails(code, &[word, "nothing was recorded"]);
    };
    check(&["tree", "put", "/kernel/x", "--dry-run"], 1, "path /kernel/x is reserved");
    check(&["tree", "remove", "/docs/none", "--dry-run"], 3, "no resource /docs/none");
    check(&["capability", "revoke", "7.0", "--dry-run"], 3, "no grant 7.0");
    check(&["capability", "grant", "9", "--can", "*:*", "--dry-run"], 3, "no holder process:9");
    assert_eq!(node.bytes(), before);
}

#[test]
fn a_dry_run_works_beside_the_holder_of_the_lock() {
    let node = Node::fresh();
    let kernel = node.kernel();
    node.done(["tree", "put", "/docs/a", "--dry-run"]);
    kernel.close().unwrap();
}

#[test]
fn a_repeated_id_gets_the_first_receipt_and_runs_once() {
    let node = Node::fresh();
    let put = ["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID];
    let first = node.json(put);
    assert_eq!((&first["command_id"], &first["repetition"]), (&json!(ID), &json!(false)));
    let again = node.weft(put.iter().chain(&["-o", "json"]));
    assert!(again.code == 0 && again.stderr.contains("nothing ran again"), "{}", again.stderr);
    let mut expected = first;
    expected["repetition"] = json!(true);
    assert_eq!(again.document(), expected);
    assert_eq!(node.size(), 2);
}

#[test]
fn a_dry_run_of_a_known_id_says_its_receipt_or_the_conflict() {
    let node = Node::fresh();
    let put = ["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID];
    let mut expected = node.json(put);
    let before = node.bytes();
    let again = node.weft(put.iter().chain(&["--dry-run", "-o", "json"]));
    assert!(again.code == 0 && again.stderr.contains("nothing ran again"), "{}", again.stderr);
    expected["repetition"] = json!(true);
    expected["dry_run"] = json!(true);
    assert_eq!(again.document(), expected);
    node.weft(["tree", "put", "/docs/b", "--id", ID, "--dry-run"])
        .fails(1, &["already used", "weft show 1"]);
    assert_eq!(node.bytes(), before);
}

#[test]
fn a_repeated_refusal_is_refused_again() {
    let node = Node::fresh();
    for _ in 0..2 {
        node.weft(["tree", "put", "/kernel/x", "--id", ID])
            .fails(1, &["recorded as 1", "reserved"]);
    }
    assert_eq!(node.size(), 2);
}

#[test]
fn an_id_of_another_request_is_a_conflict() {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID]);
    for other in [
        &["tree", "put", "/docs/b", "--meta", "k=v", "--id", ID],
        &["tree", "put", "/docs/a", "--meta", "k=w", "--id", ID],
    ] {
        node.weft(other).fails(1, &["already used", "record 1", "weft show 1"]);
    }
    node.weft(["tree", "remove", "/docs/a", "--id", ID]).fails(1, &["already used"]);
    assert_eq!(node.size(), 2);
}

#[test]
fn a_repetition_of_a_grant_names_the_grant() {
    let node = Node::fresh();
    node.spawn("reader");
    let grant = ["capability", "grant", "reader", "--can", "put:/docs", "--id", ID];
    assert_eq!(node.json(grant)["grant"], json!("2.0"));
    assert_eq!(node.json(grant)["grant"], json!("2.0"));
}

#[test]
fn without_the_operators_key_nothing_is_recorded() {
    let node = Node::fresh();
    let key = node.data_dir().join("keys/operator.key");
    let check = |word: &str| {
        for arguments in [&["tree", "put", "/docs/a"][..], &["tree", "put", "/docs/a", "--dry-run"]]
        {
            node.weft(arguments).fails(4, &["cannot act as operator:1", word]);
        }
        assert_eq!(node.size(), 1);
    };
    fs::write(&key, [7; 32]).unwrap();
    check("not the key that the log names");
    fs::write(&key, b"short").unwrap();
    check("5 bytes, expected 32");
    fs::remove_file(&key).unwrap();
    check("operator.key");
}

#[test]
fn what_fails_before_it_is_recorded_leaves_the_log_as_it_was() {
    let node = Node::fresh();
    let before = fs::read(node.segment()).unwrap();
    node.weft(["cap", "grant", "nobody", "--can", "put:/a"]).fails(3, &["not found"]);
    let value = "x".repeat(100_000);
    let metadata: Vec<String> = (0..12).map(|number| format!("--meta=k{number}={value}")).collect();
    let put = ["tree", "put", "/docs/a"].map(str::to_owned);
    node.weft(put.iter().chain(&metadata)).fails(9, &["payload of"]);
    fs::remove_file(node.data_dir().join("keys/operator.key")).unwrap();
    node.weft(["tree", "put", "/docs/a"]).fails(4, &["operator.key"]);
    assert_eq!(fs::read(node.segment()).unwrap(), before, "no reserve is left behind");
}
