//! Requests that are none: answered, and the kernel goes on.

use super::world::{Raw, World, code};
use serde_json::{Value, json};

#[test]
fn what_is_no_request_is_only_answered() {
    let world = World::start();
    let before = world.latest(1);
    let mut raw = Raw::connect(&world);
    for (line, word) in [
        ("", "parse_error"),
        ("{", "parse_error"),
        ("hello", "parse_error"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"kernel.status","params":{}"#, "parse_error"),
        ("[]", "invalid_request"),
        ("{}", "invalid_request"),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"kernel.status"}]"#, "invalid_request"),
        (r#"{"jsonrpc":"1.0","id":1,"method":"kernel.status"}"#, "invalid_request"),
        (r#"{"jsonrpc":"2.0","method":"kernel.status"}"#, "invalid_request"),
        (r#"{"jsonrpc":"2.0","id":[1],"method":"kernel.status"}"#, "invalid_request"),
    ] {
        let answer = raw.ask(line);
        assert_eq!((code(&answer), &answer["id"]), (word, &Value::Null), "{line}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tree.put","params":{deep}}}"#);
    assert_eq!(code(&raw.ask(&deep)), "usage");
    raw.send(b"\xff\xfe\n");
    assert_eq!(code(&raw.line().unwrap()), "parse_error");
    assert_eq!(world.latest(1), before, "nothing of it is recorded");
}

#[test]
fn parameters_that_make_no_sense_are_a_usage_error() {
    let world = World::start();
    let mut operator = world.operator();
    for (method, params) in [
        ("tree.put", json!([])),
        ("tree.put", json!({})),
        ("tree.put", json!({"path": "relative"})),
        ("tree.put", json!({"path": "/a", "pth": "/b"})),
        ("tree.put", json!({"path": "/a", "command_id": "x"})),
        (
            "tree.put",
            json!({"path": "/a", "effect_raise": {"risk": 2000, "fairness": 0, "privacy": 0, "novelty": 0, "security": 0}}),
        ),
        ("process.spawn", json!({"name": "a", "can": ["fly:moon"]})),
        ("process.spawn", json!({"name": "a", "argv": []})),
        ("process.spawn", json!({"name": "a", "env": {}})),
        ("capability.grant", json!({"holder": "a", "scope": "send:a", "expires": "tomorrow"})),
        ("ipc.receive", json!({"timeout_ms": 60_001})),
        ("ipc.receive", json!({"max": 65})),
        ("log.read", json!({"limit": 1_001})),
        ("log.read", json!({"kind": "no.such"})),
        ("log.show", json!({"record": -1})),
    ] {
        let error = operator.call::<Value>(method, &params).unwrap_err();
        assert_eq!((error.code(), error.exit()), ("usage", 2), "{method} {params}");
    }
}

#[test]
fn unknown_methods_are_denied_and_recorded() {
    let world = World::start();
    let mut operator = world.operator();
    let long = "x".repeat(4_096);
    for method in ["process.fork", "unrecognised", "", "rm -rf\n", &long] {
        let error = operator.call::<Value>(method, &json!({})).unwrap_err();
        assert_eq!((error.code(), error.exit()), ("unrecognised", 4), "{method}");
        let record = &world.latest(1)[0];
        assert_eq!(
            (&record["kind"], &record["actor"]),
            (&json!("unrecognised"), &json!("operator:1"))
        );
        let kept = record["request"]["method"].as_str().unwrap();
        assert!(method.starts_with(kept) && kept.len() <= 128);
    }
}

#[test]
fn a_line_that_is_too_long_closes_the_connection() {
    let world = World::start();
    let mut raw = Raw::connect(&world);
    raw.send(vec![b'x'; (16 << 20) + (1 << 17)]);
    let answer = raw.line().expect("the reason");
    assert_eq!(
        (code(&answer), answer["error"]["code"].as_i64()),
        ("frame_too_long", Some(-32_600))
    );
    assert!(raw.line().is_none());
    world.operator().call::<Value>("kernel.status", &json!({})).unwrap();
}

#[test]
fn a_line_of_many_megabytes_is_a_request_like_any_other() {
    let world = World::start();
    let mut operator = world.operator();
    let meta = json!({"text": "x".repeat(900 << 10)});
    operator.call::<Value>("tree.put", &json!({"path": "/large", "meta": meta})).unwrap();
    let shown: Value = operator.call("tree.show", &json!({"path": "/large"})).unwrap();
    assert_eq!(shown["metadata"]["text"].as_str().unwrap().len(), 900 << 10);
    // Requests that were sent while a large answer was on its way are dealt with once it is.
    for _ in 0..20 {
        operator.send("tree.show", &json!({"path": "/large"})).unwrap();
        operator.send("kernel.status", &json!({})).unwrap();
    }
    for _ in 0..40 {
        operator.receive().unwrap().1.unwrap();
    }
    let most = json!({"path": "/larger", "meta": {"text": "x".repeat(12 << 20)}});
    assert_eq!(operator.call::<Value>("tree.put", &most).unwrap_err().code(), "limit");
}

#[test]
fn requests_in_pieces_and_several_in_one_piece_are_the_same() {
    let world = World::start();
    let mut raw = Raw::connect(&world);
    let hello = r#"{"jsonrpc":"2.0","id":"a\"b","method":"session.hello"}"#;
    for byte in hello.bytes().chain(*b"\r\n") {
        raw.send([byte]);
    }
    assert_eq!(raw.line().unwrap()["id"], "a\"b");
    raw.send(format!("{hello}\n{hello}\n{hello}\n"));
    for _ in 0..3 {
        assert_eq!(raw.line().unwrap()["result"]["protocol"], 1);
    }
}
