//! Who is who: refused, and recorded where a command was asked for.

use super::world::{Raw, SOON, World, code};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use weft_projections::events::Outcome;
use weft_projections::{Generation, OperatorId, Pid};
use weft_runtime::api::{Client, Credentials, Token, act_message};
use weft_runtime::node::Keys;

/// The last record is a denial of somebody unknown, who asked for `kind`.
fn check_denied(world: &World, kind: &str) {
    let record = &world.latest(1)[0];
    let found = (&record["actor"], &record["kind"], &record["verdict"]);
    assert_eq!(found, (&json!("unauthenticated"), &json!(kind), &json!("deny")), "{record}");
}

fn refused_token(world: &World, token: Token) {
    let error = world.connect(Credentials::Token(token)).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("unauthenticated", 4));
    let record = &world.latest(1)[0];
    assert_eq!(record["request"]["method"], "session.hello");
    check_denied(world, "unrecognised");
}

#[test]
fn a_connection_without_token_or_signature_has_no_rights() {
    let world = World::start();
    let mut stranger = world.stranger();
    assert_eq!(stranger.hello().actor, "unauthenticated");
    let error = stranger.call::<Value>("tree.put", &json!({"path": "/x"})).unwrap_err();
    assert_eq!((error.code(), error.exit()), ("denied", 4));
    check_denied(&world, "tree.put");
    for (query, params) in [
        ("kernel.status", json!({})),
        ("process.list", json!({})),
        ("log.read", json!({})),
        ("log.follow", json!({})),
        ("ipc.receive", json!({})),
        ("tree.put", json!({"path": "/x", "dry_run": true})),
    ] {
        let error = stranger.call::<Value>(query, &params).unwrap_err();
        assert_eq!((error.code(), error.exit()), ("unauthenticated", 4), "{query}");
    }
}

#[test]
fn tokens_that_are_not_valid_are_refused_and_recorded() {
    let world = World::start();
    let first = world.process("first", &[]);
    let second = world.process("second", &[]);
    assert_eq!(world.agent(&first).hello().actor, "process:1");
    // A sibling's pid with one's own secret.
    let text = second.expose();
    let (_, secret) = text.split_once('.').unwrap();
    refused_token(&world, format!("{}.{secret}", first.pid).parse().unwrap());
    // A secret that nobody has, and a process that nobody knows.
    refused_token(&world, Token::new(first.pid, first.generation, [9; 32]));
    refused_token(&world, Token::new(Pid::new(77).unwrap(), Generation::FIRST, [9; 32]));
    // Another process of this machine that belongs to some agent.
    world.pretend_to_be_an_agents_child();
    refused_token(&world, first);
}

#[test]
fn a_text_that_is_no_token_is_refused() {
    let world = World::start();
    let mut raw = Raw::connect(&world);
    let hello = r#"{"jsonrpc":"2.0","id":1,"method":"session.hello","params":{"token":"hunter2"}}"#;
    assert_eq!(code(&raw.ask(hello)), "unauthenticated");
    check_denied(&world, "unrecognised");
}

#[test]
fn a_token_dies_with_its_run() {
    let world = World::start();
    let token = world.process("a", &["put:/apps"]);
    let mut agent = world.agent(&token);
    agent.call::<Value>("tree.put", &json!({"path": "/apps/one"})).unwrap();
    world.exited(&token, Outcome::Code(1));
    // The connection is still there, and nobody any more.
    let error = agent.call::<Value>("tree.put", &json!({"path": "/apps/two"})).unwrap_err();
    assert_eq!(error.code(), "denied");
    check_denied(&world, "tree.put");
    let error = agent.call::<Value>("ipc.receive", &json!({})).unwrap_err();
    assert_eq!(error.code(), "unauthenticated");
    refused_token(&world, token.clone());
    // Its next generation has another one; the old one stays dead.
    let next = world.started(token.pid, token.generation.next().unwrap());
    refused_token(&world, token);
    world.agent(&next).call::<Value>("tree.put", &json!({"path": "/apps/three"})).unwrap();
    let error = agent.call::<Value>("tree.put", &json!({"path": "/apps/four"})).unwrap_err();
    assert_eq!(error.code(), "denied");
}

/// A signed request for a connection with the nonce of `hello`.
fn signed(world: &World, hello: &Value, id: u64, path: &str) -> String {
    let params = format!(r#"{{"path":"{path}"}}"#);
    let log_id = hello["result"]["log_id"].as_str().unwrap().parse().unwrap();
    let nonce: [u8; 32] =
        hex::decode(hello["result"]["nonce"].as_str().unwrap()).unwrap().try_into().unwrap();
    let message = act_message(&log_id, &nonce, id, "tree.put", &params);
    let signature = hex::encode(Keys::load(&world.layout).unwrap().sign_as_operator(&message));
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tree.put","params":{params},"auth":{{"operator":1,"signature":"{signature}"}}}}"#
    )
}

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"session.hello"}"#;

#[test]
fn a_signature_counts_once_on_one_connection_for_one_request() {
    let world = World::start();
    let (mut raw, mut other) = (Raw::connect(&world), Raw::connect(&world));
    let (hello, other_hello) = (raw.ask(HELLO), other.ask(HELLO));
    assert_ne!(hello["result"]["nonce"], other_hello["result"]["nonce"]);
    let line = signed(&world, &hello, 5, "/apps/one");
    assert_eq!(raw.ask(&line)["result"]["verdict"], "permit");
    // Again on the same connection, and with an id that was passed over.
    for replayed in [&line, &signed(&world, &hello, 4, "/apps/two")] {
        assert_eq!(code(&raw.ask(replayed)), "denied");
        check_denied(&world, "tree.put");
    }
    // On another connection.
    assert_eq!(code(&other.ask(&line)), "denied");
    check_denied(&world, "tree.put");
    // For another request.
    let changed = signed(&world, &hello, 6, "/apps/two").replace("/apps/two", "/apps/six");
    assert_eq!(code(&raw.ask(&changed)), "denied");
    check_denied(&world, "tree.put");
    // What was not valid does not use up its id.
    assert_eq!(raw.ask(&signed(&world, &hello, 6, "/apps/six"))["result"]["verdict"], "permit");
}

#[test]
fn a_signature_of_nobody_or_without_a_number_does_not_count() {
    let world = World::start();
    let mut raw = Raw::connect(&world);
    let hello = raw.ask(HELLO);
    let line = signed(&world, &hello, 7, "/apps/one");
    for wrong in [
        line.replace("\"operator\":1", "\"operator\":2"),
        line.replace("\"operator\":1", "\"operator\":0"),
        line.replace("\"id\":7", "\"id\":\"7\""),
        line.replace("\"id\":7", "\"id\":7.0"),
        line.replace("\"signature\":\"", "\"signature\":\"00"),
    ] {
        assert_eq!(code(&raw.ask(&wrong)), "denied", "{wrong}");
        check_denied(&world, "tree.put");
    }
    assert_eq!(raw.ask(&line)["result"]["verdict"], "permit");
}

#[test]
fn another_node_s_key_does_not_sign() {
    let world = World::start();
    let keys = Keys::from_seeds(&[1; 32], &[2; 32]);
    let mut client =
        world.connect(Credentials::Operator(OperatorId::FIRST, Box::new(keys))).unwrap();
    let error = client.call::<Value>("tree.put", &json!({"path": "/x"})).unwrap_err();
    assert_eq!(error.code(), "denied");
    check_denied(&world, "tree.put");
    let error = client.call::<Value>("kernel.status", &json!({})).unwrap_err();
    assert_eq!(error.code(), "unauthenticated");
}

#[test]
fn a_client_refuses_whoever_is_not_the_kernel() {
    let world = World::start();
    // Somebody who relays to the real socket, and would see a signature made for it.
    let path = world.layout.data_dir().join("relay.sock");
    let relay = UnixListener::bind(&path).unwrap();
    let real = world.socket();
    let relaying = std::thread::spawn(move || {
        let (mut near, _) = relay.accept().unwrap();
        let mut far = std::os::unix::net::UnixStream::connect(real).unwrap();
        near.set_read_timeout(Some(SOON)).unwrap();
        let mut bytes = Vec::new();
        near.read_to_end(&mut bytes).unwrap();
        far.write_all(&bytes).unwrap();
        bytes
    });
    let keys = Keys::load(&world.layout).unwrap();
    // The listener is this very process, as the kernel is: any other number is a stranger's.
    let elsewhere = Some(std::process::id() + 1);
    let error =
        Client::connect(&path, elsewhere, Credentials::Operator(OperatorId::FIRST, Box::new(keys)))
            .unwrap_err();
    assert_eq!((error.code(), error.exit()), ("unreachable", 7));
    assert!(relaying.join().unwrap().is_empty(), "nothing was said to it");
}
