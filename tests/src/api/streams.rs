//! Following the log.

use super::world::World;
use serde_json::{Value, json};
use weft_projections::events::Outcome;
use weft_runtime::api::Client;

fn seqs(client: &mut Client, count: usize) -> Vec<u64> {
    (0..count)
        .map(|_| {
            let notice = client.notice().unwrap();
            assert_eq!(notice.method, "log.record");
            let params: Value = serde_json::from_str(notice.params.get()).unwrap();
            params["record"]["seq"].as_u64().unwrap()
        })
        .collect()
}

#[test]
fn a_follower_gets_every_record_once_in_order() {
    let world = World::start();
    let (mut follower, mut operator) = (world.operator(), world.operator());
    let answer: Value = follower.call("log.follow", &json!({"from": 0})).unwrap();
    assert_eq!(answer, json!({"subscription": 1}));
    assert_eq!(seqs(&mut follower, 2), [0, 1]);
    for number in 0..300 {
        operator.send("tree.put", &json!({"path": format!("/apps/{number}")})).unwrap();
    }
    assert_eq!(seqs(&mut follower, 300), (2..302).collect::<Vec<u64>>());
    // Without a place it begins with what comes next.
    let mut late = world.operator();
    let _: Value = late.call("log.follow", &json!({"kind": "tree.remove"})).unwrap();
    operator.call::<Value>("tree.put", &json!({"path": "/b"})).unwrap();
    operator.call::<Value>("tree.remove", &json!({"path": "/b"})).unwrap();
    assert_eq!(seqs(&mut late, 1), [303]);
    let _: Value = follower.call("stream.end", &json!({"subscription": 1})).unwrap();
}

#[test]
fn a_follower_may_ask_for_one_process_alone() {
    let world = World::start();
    let token = world.process("a", &["put:/apps"]);
    let mut follower = world.operator();
    let _: Value = follower.call("log.follow", &json!({"process": "a", "from": 0})).unwrap();
    assert_eq!(seqs(&mut follower, 2), [2, 3], "its spawn and its start");
    world.operator().call::<Value>("tree.put", &json!({"path": "/x"})).unwrap();
    world.agent(&token).call::<Value>("tree.put", &json!({"path": "/apps/x"})).unwrap();
    assert_eq!(seqs(&mut follower, 1), [5]);
    let error = follower.call::<Value>("log.follow", &json!({"process": "b"})).unwrap_err();
    assert_eq!(error.code(), "not_found");
}

#[test]
fn an_agent_follows_its_own_records_as_long_as_its_token_lives() {
    let world = World::start();
    let token = world.process("a", &["put:/apps"]);
    let mut follower = world.agent(&token);
    let _: Value = follower.call("log.follow", &json!({})).unwrap();
    world.operator().call::<Value>("tree.put", &json!({"path": "/x"})).unwrap();
    let put: Value = world.agent(&token).call("tree.put", &json!({"path": "/apps/x"})).unwrap();
    assert_eq!(seqs(&mut follower, 1), [put["seq"].as_u64().unwrap()]);
    world.exited(&token, Outcome::Code(0));
    let ended = follower.notice().unwrap();
    assert_eq!(ended.method, "log.ended");
    assert_eq!(ended.params.get(), r#"{"subscription":1,"reason":"denied"}"#);
}

#[test]
fn a_client_follows_a_bounded_number_of_streams() {
    let world = World::start();
    let mut operator = world.operator();
    for number in 1..=16 {
        let answer: Value = operator.call("log.follow", &json!({})).unwrap();
        assert_eq!(answer["subscription"], number);
    }
    let error = operator.call::<Value>("log.follow", &json!({})).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("limit", 9));
    let _: Value = operator.call("stream.end", &json!({"subscription": 3})).unwrap();
    operator.call::<Value>("log.follow", &json!({})).unwrap();
}

#[test]
fn a_process_that_does_not_run_prints_no_more() {
    let world = World::start();
    world.process("a", &[]);
    let mut operator = world.operator();
    let answer: Value =
        operator.call("process.output", &json!({"target": "a", "follow": true})).unwrap();
    assert_eq!(answer, json!({"pid": 1, "text": "", "subscription": 1}));
    let ended = operator.notice().unwrap();
    assert_eq!(
        (&*ended.method, ended.params.get()),
        ("process.ended", r#"{"subscription":1,"reason":"ended"}"#)
    );
}
