//! Every command over the socket, and what becomes of it.

use super::world::World;
use serde_json::{Value, json};
use weft_projections::Kind;
use weft_runtime::api::Client;
use weft_runtime::api::json::Receipt;
use weft_runtime::node::Keys;

fn done(client: &mut Client, method: &str, params: Value) -> Receipt {
    let receipt: Receipt = client.call(method, &params).unwrap();
    assert!(receipt.took_effect(), "{method}: {receipt:?}");
    receipt
}

/// The code, the exit and the receipt's seq of a refusal.
fn refused(client: &mut Client, method: &str, params: Value) -> (String, u8, Option<u64>) {
    let error = client.call::<Value>(method, &params).unwrap_err();
    let seq = error.receipt().and_then(|receipt| receipt.seq);
    (error.code().to_owned(), error.exit(), seq)
}

#[test]
fn operators_and_agents_ask_for_every_command_that_is_theirs() {
    let world = World::start_signing();
    let mut operator = world.operator();
    let analyst = world.process("analyst", &["publish:survey/#", "subscribe:survey/#"]);
    let reader = world.process("reader", &["send:analyst"]);
    let (mut analyst, mut reader) = (world.agent(&analyst), world.agent(&reader));
    done(&mut analyst, "topic.subscribe", json!({"filter": "survey/#"}));
    done(&mut analyst, "topic.publish", json!({"topic": "survey/a", "body": "one"}));
    let sent = done(&mut reader, "ipc.send", json!({"to": "analyst", "body": "naïve"}));
    let inbox: Value = analyst.call("ipc.receive", &json!({})).unwrap();
    let bodies: Vec<_> =
        inbox["messages"].as_array().unwrap().iter().map(|message| &message["body"]).collect();
    assert_eq!(bodies, ["one", "naïve"]);
    assert_eq!(inbox["messages"][1]["message"].as_u64(), sent.seq);
    done(&mut analyst, "ipc.ack", json!({"message": sent.seq}));
    done(&mut analyst, "topic.unsubscribe", json!({"filter": "survey/#"}));
    let put = json!({"path": "/docs/a", "kind": "file", "meta": {"lang": "en", "size": "3"}});
    done(&mut operator, "tree.put", put);
    done(&mut operator, "tree.remove", json!({"path": "/docs", "recursive": true}));
    let link = json!({"from": "process:1", "to": "record:1", "relation": "causes", "weight": 500});
    done(&mut operator, "causal.link", link);
    let grant =
        json!({"holder": "reader", "scope": "put:/apps", "expires": "2999-01-01T00:00:00Z"});
    let grant = done(&mut operator, "capability.grant", grant).grant.unwrap();
    done(&mut reader, "tree.put", json!({"path": "/apps/x"}));
    done(&mut operator, "capability.revoke", json!({"grant": grant}));
    let native = json!({"name": "native", "argv": ["/bin/true"], "env": {"A": "b"}, "cwd": "/"});
    done(&mut operator, "process.spawn", native);
    done(&mut operator, "process.stop", json!({"target": "native"}));
    done(&mut operator, "log.redact", json!({"seq": sent.seq, "reason": "asked for"}));
    let next = Keys::from_seeds(&[7; 32], &[8; 32]).log_public();
    std::fs::write(world.layout.next_log_key(), [7; 32]).unwrap();
    done(&mut operator, "log.rotate_key", json!({"new_key": hex::encode(next)}));
    done(&mut operator, "kernel.shutdown", json!({}));
    world.stop();
}

#[test]
fn what_only_the_kernel_reports_is_denied_and_recorded() {
    let world = World::start();
    let mut operator = world.operator();
    for (method, params) in [
        ("kernel.snapshot", json!({"seq": 0, "state_version": 1, "root": "0".repeat(64)})),
        ("kernel.boot", json!({"gate_version": 1, "state_version": 1})),
        ("governance.suppressed", json!({"tree": "operator:1", "count": 1, "minute": 1})),
        ("process.started", json!({"pid": 1, "generation": 1})),
        ("process.exited", json!({"pid": 1, "generation": 1, "outcome": "code:0"})),
    ] {
        let (code, exit, seq) = refused(&mut operator, method, params);
        assert_eq!((code.as_str(), exit), ("denied", 4), "{method}");
        let record: Value = operator.call("log.show", &json!({"record": seq})).unwrap();
        assert_eq!(record["kind"], method);
    }
    let (code, exit, seq) = refused(&mut operator, "log.genesis", json!({}));
    assert_eq!((code.as_str(), exit, seq), ("usage", 2, None));
}

#[test]
fn what_is_done_to_the_log_is_not_an_agents_to_ask_for() {
    let world = World::start();
    let mut agent = world.agent(&world.process("a", &["*:*"]));
    for (method, params) in [
        ("log.redact", json!({"seq": 0, "reason": "asked for"})),
        ("log.rotate_key", json!({"new_key": "0".repeat(64)})),
    ] {
        let (code, exit, _) = refused(&mut agent, method, params);
        assert_eq!((code.as_str(), exit), ("denied", 4), "{method}");
    }
    let mut operator = world.operator();
    let redact = json!({"seq": 0, "reason": "asked for"});
    assert_eq!(refused(&mut operator, "log.redact", redact).0, "no_payload");
    let rotate = json!({"new_key": "0".repeat(64)});
    assert_eq!(refused(&mut operator, "log.rotate_key", rotate).0, "key_not_held");
}

#[test]
fn every_kind_of_command_has_its_parameters() {
    let world = World::start();
    let mut operator = world.operator();
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::UNRECOGNISED) {
        let method = kind.name().unwrap();
        let (code, exit, _) = refused(&mut operator, method, json!({"no such parameter": 1}));
        assert_eq!((code.as_str(), exit), ("usage", 2), "{method}");
    }
}

#[test]
fn refusals_carry_their_receipt() {
    let world = World::start();
    let mut operator = world.operator();
    let (code, exit, seq) = refused(&mut operator, "tree.remove", json!({"path": "/nowhere"}));
    assert_eq!((code.as_str(), exit), ("not_found", 3));
    assert!(seq.is_some());
    let (code, exit, seq) =
        refused(&mut operator, "ipc.send", json!({"to": "nobody", "body": "x"}));
    assert_eq!((code.as_str(), exit), ("no_such_process", 3));
    assert!(seq.is_some());
    let long = "x".repeat((11 << 20) + 1);
    let token = world.process("a", &[]);
    let send = json!({"to": "a", "body": long});
    let (code, exit, _) = refused(&mut operator, "ipc.send", send);
    assert_eq!((code.as_str(), exit), ("payload_too_long", 9));
    let mut agent = world.agent(&token);
    let (code, exit, seq) = refused(&mut agent, "tree.put", json!({"path": "/x"}));
    assert_eq!((code.as_str(), exit), ("denied", 4));
    let record: Value = operator.call("log.show", &json!({"record": seq})).unwrap();
    assert_eq!((&record["actor"], &record["verdict"]), (&json!("process:1"), &json!("deny")));
}

#[test]
fn a_dry_run_leaves_no_record_and_an_id_runs_once() {
    let world = World::start();
    let mut operator = world.operator();
    let id = "01900000-0000-7000-8000-000000000001";
    let put =
        |path: &str, dry_run: bool| json!({"path": path, "command_id": id, "dry_run": dry_run});
    let before = world.latest(1);
    let dry: Receipt = operator.call("tree.put", &put("/a", true)).unwrap();
    assert!(dry.dry_run && dry.seq.is_none() && dry.took_effect());
    assert_eq!(dry.events.len(), 1);
    assert_eq!(world.latest(1), before);
    let first = done(&mut operator, "tree.put", put("/a", false));
    let again = done(&mut operator, "tree.put", put("/a", false));
    assert_eq!((again.repetition, again.seq, again.link), (true, first.seq, first.link));
    let (code, exit, _) = refused(&mut operator, "tree.put", put("/b", false));
    assert_eq!((code.as_str(), exit), ("conflict", 1));
    let (code, exit, seq) =
        refused(&mut operator, "tree.remove", json!({"path": "/z", "dry_run": true}));
    assert_eq!((code.as_str(), exit, seq), ("not_found", 3, None));
    let caused = done(&mut operator, "tree.put", json!({"path": "/c", "cause": first.seq}));
    let record: Value = operator.call("log.show", &json!({"record": caused.seq})).unwrap();
    assert_eq!(record["cause"].as_u64(), first.seq);
    let ahead = json!({"path": "/d", "cause": 1_000_000});
    assert_eq!(refused(&mut operator, "tree.put", ahead).0, "usage");
}

#[test]
fn bytes_travel_in_base64() {
    let world = World::start();
    let token = world.process("a", &[]);
    let mut operator = world.operator();
    done(&mut operator, "ipc.send", json!({"to": 1, "body_base64": "/wD+"}));
    let inbox: Value = world.agent(&token).call("ipc.receive", &json!({})).unwrap();
    assert_eq!(inbox["messages"][0]["body_base64"], "/wD+");
    assert_eq!(inbox["messages"][0].get("body"), None);
    for bad in
        [json!({"to": 1, "body_base64": "?"}), json!({"to": 1, "body": "a", "body_base64": "YQ=="})]
    {
        assert_eq!(refused(&mut operator, "ipc.send", bad).0, "usage");
    }
    assert_eq!(
        refused(&mut operator, "ipc.send", json!({"to": 1, "body": ""})).0,
        "payload_missing"
    );
}

#[test]
fn pipelined_requests_are_all_answered() {
    let world = World::start();
    let mut operator = world.operator();
    let ids: Vec<u64> = (0..500)
        .map(|number| {
            operator.send("tree.put", &json!({"path": format!("/apps/{number}")})).unwrap()
        })
        .collect();
    let mut answered: Vec<u64> = ids
        .iter()
        .map(|_| {
            let (id, answer) = operator.receive().unwrap();
            answer.unwrap();
            id
        })
        .collect();
    answered.sort_unstable();
    assert_eq!(answered, ids);
}
