//! `weft trace`, with a kernel and without one.

use super::daemon::Daemon;
use super::node::Node;
use serde_json::json;
use weft_commands::Command;
use weft_commands::requests::tree::Put;
use weft_projections::{Actor, OperatorId, Seq};
use weft_runtime::Request;

/// Records 1, 2 and so on, each with that cause.
fn caused_by(causes: &[Option<u64>]) -> Node {
    let node = Node::fresh();
    let mut kernel = node.kernel();
    for (number, cause) in causes.iter().enumerate() {
        let path = format!("/docs/{number}").parse().unwrap();
        let put = Put { path, kind: "file".parse().unwrap(), meta_keys: Vec::new() };
        let id = kernel.fresh_id().unwrap();
        let operator = Actor::Operator(OperatorId::FIRST);
        let request = Request::new(operator, id, Command::Put(put));
        let request = cause.map_or(request.clone(), |cause| request.caused_by(Seq(cause)));
        kernel.execute(request).unwrap().unwrap();
    }
    kernel.close().unwrap();
    node
}

#[test]
fn causes_and_consequences_are_the_same_by_files_and_by_socket() {
    let node = caused_by(&[None, Some(1), Some(2), None, Some(2), Some(3), Some(5)]);
    let by_files = node.json(["trace", "2"]);
    let text = node.done(["trace", "2"]);
    let places: Vec<&str> = text.lines().map(|line| line.split("  20").next().unwrap()).collect();
    let places: Vec<&str> = places.into_iter().map(str::trim_end).skip(1).collect();
    assert_eq!(places, ["1", "> 2", "  └ 3", "    └ 6", "  └ 5", "    └ 7"], "{text}");
    let daemon = Daemon::on(node);
    for verb in [&["trace", "2"][..], &["chain", "trace", "2"]] {
        assert_eq!(daemon.json(verb), by_files);
        assert_eq!(daemon.done(verb), text);
    }
    let children = by_files["children"].as_array().unwrap();
    let found = children.iter().map(|child| (&child["record"]["seq"], &child["depth"]));
    let expected = [(3, 1), (5, 1), (6, 2), (7, 2)].map(|(seq, depth)| (json!(seq), json!(depth)));
    assert!(found.eq(expected.iter().map(|(seq, depth)| (seq, depth))), "{children:?}");
    let first = &by_files["causes"][0];
    assert_eq!(
        (&first["seq"], &first["cause"], &by_files["cut"]),
        (&json!(1), &json!(null), &json!([]))
    );
    let ran = daemon.weft(["trace", "2", "--depth", "1"]);
    assert!(ran.stderr.contains("there is more below that depth"), "{}", ran.stderr);
}

#[test]
fn a_trace_says_what_it_left_out_and_what_is_not_there() {
    let node = Node::fresh();
    let ran = node.weft(["trace", "@"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2), "{}", ran.stdout);
    node.weft(["trace", "99"]).fails(3, &["record 99"]);
    node.weft(["trace", "0", "--depth", "65"]).fails(2, &["65"]);
}
