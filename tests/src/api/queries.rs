//! What can be read, by whom.

use super::world::World;
use serde_json::{Value, json};
use weft_runtime::api::json::{
    Cut, ProcessDetails, ResourceDetails, Standing, Status, Trace, WholeRecord,
};
use weft_runtime::api::queries::{Records, Resources, Rows};

#[test]
fn an_operator_sees_everything() {
    let world = World::start();
    world.process("a", &["send:a"]);
    let mut operator = world.operator();
    let status: Status = operator.call("kernel.status", &json!({})).unwrap();
    assert_eq!((status.pid, &*status.state), (std::process::id(), "running"));
    assert_eq!((status.processes, status.boots), (1, 1));
    let standing: Standing = operator.call("chain.status", &json!({})).unwrap();
    assert_eq!((standing.size, &standing.log_id), (status.head.seq + 1, &operator.hello().log_id));
    assert_eq!(standing.head, status.head);
    let rows: Rows = operator.call("process.list", &json!({})).unwrap();
    assert_eq!((&*rows.processes[0].name, rows.processes.len(), rows.next), ("a", 1, None));
    for target in [json!("a"), json!(1), json!("1")] {
        let process: ProcessDetails =
            operator.call("process.show", &json!({"target": target})).unwrap();
        assert_eq!((process.process.pid, &*process.grants[0].scope), (1, "send:a"));
    }
    operator.call::<Value>("tree.put", &json!({"path": "/docs/a", "meta": {"k": "v"}})).unwrap();
    let tree: Resources = operator.call("tree.list", &json!({"path": "/docs"})).unwrap();
    assert_eq!(tree.resources[0].path, "/docs/a");
    let all: Resources = operator.call("tree.list", &json!({"recursive": true})).unwrap();
    assert!(all.resources.len() > 2);
    let shown: ResourceDetails = operator.call("tree.show", &json!({"path": "/docs/a"})).unwrap();
    assert_eq!(shown.metadata.unwrap()["k"], "v");
    let whole: WholeRecord = operator.call("log.show", &json!({"record": 0})).unwrap();
    assert_eq!((whole.record.seq, &*whole.record.kind), (0, "log.genesis"));
    for (method, params) in [
        ("process.show", json!({"target": "nobody"})),
        ("tree.show", json!({"path": "/nowhere"})),
        ("tree.list", json!({"path": "/nowhere"})),
        ("log.show", json!({"record": 1_000_000})),
        ("log.read", json!({"process": "nobody"})),
        ("stream.end", json!({"subscription": 1})),
    ] {
        let error = operator.call::<Value>(method, &params).unwrap_err();
        assert_eq!((error.code(), error.exit()), ("not_found", 3), "{method}");
    }
    assert_eq!(operator.call::<Value>("ipc.receive", &json!({})).unwrap_err().code(), "denied");
}

#[test]
fn records_come_in_pages_in_either_order() {
    let world = World::start();
    let mut operator = world.operator();
    for number in 0..20 {
        operator.call::<Value>("tree.put", &json!({"path": format!("/apps/{number}")})).unwrap();
    }
    let mut pages = |mut params: Value| {
        let mut found = Vec::new();
        loop {
            let page: Records = operator.call("log.read", &params).unwrap();
            found.extend(page.records.iter().map(|record| record.seq));
            let Some(next) = page.next else { return found };
            params["from"] = next.into();
        }
    };
    let forwards = pages(json!({"from": 0, "limit": 7}));
    assert_eq!(forwards, (0..22).collect::<Vec<u64>>());
    let backwards = pages(json!({"reverse": true, "limit": 5}));
    assert_eq!(backwards, (0..22).rev().collect::<Vec<u64>>());
    assert_eq!(pages(json!({"limit": 3})), [19, 20, 21]);
    assert_eq!(pages(json!({"from": 0, "kind": "kernel.boot"})), [1]);
    assert_eq!(pages(json!({"from": 0, "actor": "kernel"})).first(), Some(&0));
    assert!(pages(json!({"verdict": "deny", "reverse": true})).is_empty());
    assert!(pages(json!({"since": "2999-01-01T00:00:00Z", "from": 0})).is_empty());
}

#[test]
fn causes_are_followed_both_ways() {
    let world = World::start();
    let one = world.process("one", &["put:/apps"]);
    let mut operator = world.operator();
    let mut put = |path: &str, cause: Option<u64>| {
        let mut params = json!({"path": path});
        cause.into_iter().for_each(|cause| params["cause"] = cause.into());
        operator.call::<Value>("tree.put", &params).unwrap()["seq"].as_u64().unwrap()
    };
    let first = put("/apps/a", None);
    let second = put("/apps/b", Some(first));
    let third = put("/apps/c", Some(second));
    let beside = put("/apps/d", Some(first));
    let mut agent = world.agent(&one);
    let params = json!({"path": "/apps/e", "cause": second});
    let own = agent.call::<Value>("tree.put", &params).unwrap()["seq"].as_u64().unwrap();

    let mut trace = |record: u64, depth: u32| -> Trace {
        operator.call("log.trace", &json!({"record": record, "depth": depth})).unwrap()
    };
    let seqs = |trace: &Trace| -> (Vec<u64>, Vec<(u64, u32)>) {
        let children = trace.children.iter().map(|child| (child.record.seq, child.depth));
        (trace.causes.iter().map(|cause| cause.seq).collect(), children.collect())
    };
    let whole = trace(first, 16);
    assert_eq!(seqs(&whole), (vec![], vec![(second, 1), (third, 2), (beside, 1), (own, 2)]));
    assert_eq!((whole.record.seq, &whole.cut[..]), (first, &[][..]));
    let near = trace(first, 1);
    assert_eq!(seqs(&near), (vec![], vec![(second, 1), (beside, 1)]));
    assert_eq!(near.cut, [Cut::Depth]);
    assert_eq!(seqs(&trace(third, 16)), (vec![first, second], vec![]));
    let error = operator.call::<Value>("log.trace", &json!({"record": 0, "depth": 65}));
    assert_eq!(error.unwrap_err().code(), "usage");
    let error = operator.call::<Value>("log.trace", &json!({"record": own + 1_000}));
    assert_eq!(error.unwrap_err().code(), "not_found");

    // An agent sees what it asked for, and that there was a cause.
    let seen: Trace = agent.call("log.trace", &json!({"record": own})).unwrap();
    assert_eq!((seqs(&seen), &seen.cut[..]), ((vec![], vec![]), &[Cut::Hidden][..]));
    let error = agent.call::<Value>("log.trace", &json!({"record": second})).unwrap_err();
    assert_eq!(error.code(), "not_found");
}

#[test]
fn an_agent_sees_itself_and_nothing_else() {
    let world = World::start();
    let (one, two) = (world.process("one", &["put:/apps"]), world.process("two", &[]));
    let mut agent = world.agent(&one);
    agent.call::<Value>("tree.put", &json!({"path": "/apps/x"})).unwrap();
    let rows: Rows = agent.call("process.list", &json!({"all": true})).unwrap();
    assert_eq!(rows.processes.iter().map(|row| row.pid).collect::<Vec<_>>(), [one.pid.get()]);
    agent.call::<Value>("process.show", &json!({"target": "one"})).unwrap();
    agent.call::<Value>("process.output", &json!({"target": "one"})).unwrap();
    agent.call::<Value>("kernel.status", &json!({})).unwrap();
    let records: Records = agent.call("log.read", &json!({"from": 0})).unwrap();
    assert_eq!(
        records.records.iter().map(|record| &*record.actor).collect::<Vec<_>>(),
        ["process:1"]
    );
    for (method, params) in [
        ("process.show", json!({"target": "two"})),
        ("process.show", json!({"target": "nobody"})),
        ("process.output", json!({"target": "two"})),
        ("tree.list", json!({})),
        ("tree.show", json!({"path": "/apps/x"})),
    ] {
        let error = agent.call::<Value>(method, &params).unwrap_err();
        assert_eq!((error.code(), error.exit()), ("denied", 4), "{method} {params}");
    }
    let error = agent.call::<Value>("log.show", &json!({"record": 0})).unwrap_err();
    assert_eq!(error.code(), "not_found");
    let mut operator = world.operator();
    operator
        .call::<Value>("capability.grant", &json!({"holder": "two", "scope": "observe:*"}))
        .unwrap();
    let mut observer = world.agent(&two);
    let rows: Rows = observer.call("process.list", &json!({})).unwrap();
    assert_eq!(rows.processes.len(), 2);
    observer.call::<Value>("log.show", &json!({"record": 0})).unwrap();
}

#[test]
fn receiving_waits_for_a_message_or_the_time() {
    let world = World::start();
    let token = world.process("a", &[]);
    let mut agent = world.agent(&token);
    let empty: Value = agent.call("ipc.receive", &json!({"timeout_ms": 10})).unwrap();
    assert_eq!(empty, json!({"messages": []}));
    let waiting = agent.send("ipc.receive", &json!({"timeout_ms": 60_000})).unwrap();
    // Another request is answered in the meantime.
    agent.send("kernel.status", &json!({})).unwrap();
    agent.receive().unwrap().1.unwrap();
    let mut operator = world.operator();
    operator.call::<Value>("ipc.send", &json!({"to": "a", "body": "hello"})).unwrap();
    let (id, answer) = agent.receive().unwrap();
    let answer: Value = serde_json::from_str(answer.unwrap().get()).unwrap();
    assert_eq!((id, &answer["messages"][0]["body"]), (waiting, &json!("hello")));
    let first = answer["messages"][0]["message"].as_u64().unwrap();
    // It stays until it is acknowledged; whoever has it asks for what comes after.
    let again: Value = agent.call("ipc.receive", &json!({})).unwrap();
    assert_eq!(again, answer);
    let after: Value = agent.call("ipc.receive", &json!({"after": first})).unwrap();
    assert_eq!(after, json!({"messages": []}));
    let next = agent.send("ipc.receive", &json!({"after": first, "timeout_ms": 60_000})).unwrap();
    operator.call::<Value>("ipc.send", &json!({"to": "a", "body": "again"})).unwrap();
    let (id, answer) = agent.receive().unwrap();
    assert_eq!(id, next);
    assert!(answer.unwrap().get().contains("again"));
}
