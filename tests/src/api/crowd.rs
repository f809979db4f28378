//! Many clients, slow ones, greedy ones.

use super::world::{Raw, World, code};
use serde_json::{Value, json};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use weft_runtime::api::{Client, limits};

fn status(client: &mut Client) {
    client.call::<Value>("kernel.status", &json!({})).unwrap();
}

#[test]
fn an_operator_is_served_among_two_thousand_connections() {
    let world = World::start();
    let mut before = world.operator();
    let crowd: Vec<UnixStream> = (0..2_000)
        .map(|number| {
            let connected = UnixStream::connect(world.socket());
            connected.unwrap_or_else(|error| panic!("connection {number}: {error}"))
        })
        .collect();
    let mut after = world.operator();
    status(&mut after);
    status(&mut before);
    let shown: Value = after.call("kernel.status", &json!({})).unwrap();
    assert!(shown["clients"].as_u64().unwrap() <= limits::CLIENTS_MAX as u64, "{shown}");
    // Those that had to go were told why.
    let evicted = crowd.iter().filter(|stream| {
        stream.set_nonblocking(true).unwrap();
        let mut line = [0; 512];
        let read = std::io::Read::read(&mut &**stream, &mut line);
        read.is_ok_and(|length| {
            let told: Value = serde_json::from_slice(&line[..length]).unwrap();
            code(&told) == "too_many_clients"
        })
    });
    assert!(evicted.count() >= 2_000 - limits::CLIENTS_MAX);
    drop(crowd);
    status(&mut after);
}

#[test]
fn half_open_and_idle_connections_keep_nobody_waiting() {
    let world = World::start();
    let mut halves: Vec<Raw> = (0..100).map(|_| Raw::connect(&world)).collect();
    for half in &mut halves {
        half.send(r#"{"jsonrpc":"2.0","id":1,"method":"tree.put","params":{"path":"#);
    }
    // A client that has said all it had to say is answered all the same.
    let mut last = Raw::connect(&world);
    last.send("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"session.hello\"}\n");
    last.stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(last.line().unwrap()["id"], 7);
    assert!(last.line().is_none());
    status(&mut world.operator());
}

#[test]
fn a_client_that_does_not_read_is_not_read_from_and_disturbs_nobody() {
    let world = World::start();
    let mut slow = Raw::connect(&world);
    slow.stream.set_nonblocking(true).unwrap();
    let line = r#"{"jsonrpc":"2.0","id":1,"method":"session.hello"}"#.to_owned() + "\n";
    let flood = line.repeat(1_000);
    let mut sent = 0_usize;
    // It writes until the kernel takes no more, which has to happen within a bounded number of bytes.
    let mut idle = 0;
    while idle < 200 && sent < 64 << 20 {
        match std::io::Write::write(&mut slow.stream, flood.as_bytes()) {
            Ok(length) => (sent, idle) = (sent + length, 0),
            Err(_) => {
                idle += 1;
                status(&mut world.operator());
            }
        }
    }
    assert!(sent < 16 << 20, "{sent} bytes were taken");
    status(&mut world.operator());
}

#[test]
fn a_client_has_a_bounded_number_of_requests_in_flight() {
    let world = World::start();
    let token = world.process("a", &[]);
    let mut agent = world.agent(&token);
    let waits = limits::IN_FLIGHT_MAX + 10;
    for _ in 0..waits {
        agent.send("ipc.receive", &json!({"timeout_ms": 60_000})).unwrap();
    }
    agent.send("kernel.status", &json!({})).unwrap();
    // The status waits behind them: it is the last answer, when a message ends the waiting.
    world.operator().call::<Value>("ipc.send", &json!({"to": "a", "body": "x"})).unwrap();
    let answers: Vec<String> =
        (0..=waits).map(|_| agent.receive().unwrap().1.unwrap().get().to_owned()).collect();
    let place = answers.iter().position(|answer| answer.contains("uptime_ms")).unwrap();
    assert!(place >= 10, "the status was answered at place {place}");
}

#[test]
fn a_flood_of_one_client_does_not_starve_another() {
    let world = World::start();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut flooder = world.operator();
                let mut waiting = 0;
                while !over.load(Ordering::Relaxed) {
                    flooder.send("tree.put", &json!({"path": "/apps/flood"})).unwrap();
                    waiting += 1;
                    if waiting == 2 * limits::IN_FLIGHT_MAX {
                        flooder.receive().unwrap().1.unwrap();
                        waiting -= 1;
                    }
                }
            });
        }
        let token = world.process("meek", &["put:/apps"]);
        let mut meek = world.agent(&token);
        for number in 0..100 {
            let path = format!("/apps/meek/{number}");
            meek.call::<Value>("tree.put", &json!({"path": path})).unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_caller_that_goes_away_takes_nothing_back() {
    let world = World::start();
    for number in 0..50 {
        let mut client = world.operator();
        client.send("tree.put", &json!({"path": format!("/apps/{number}")})).unwrap();
    }
    let mut operator = world.operator();
    // Each was read in whole before the end of its connection was.
    let mut found = 0;
    for _ in 0..1_000 {
        let tree: Value = operator.call("tree.list", &json!({"path": "/apps"})).unwrap();
        found = tree["resources"].as_array().unwrap().len();
        if found == 50 {
            break;
        }
    }
    assert_eq!(found, 50);
}

#[test]
fn commands_under_way_are_answered_when_the_server_stops() {
    let world = World::start();
    let mut operator = world.operator();
    for number in 0..32 {
        operator.send("tree.put", &json!({"path": format!("/apps/{number}")})).unwrap();
    }
    for _ in 0..32 {
        operator.receive().unwrap().1.unwrap();
    }
    world.stop();
    let error = operator.call::<Value>("kernel.status", &json!({})).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("unreachable", 7));
}
