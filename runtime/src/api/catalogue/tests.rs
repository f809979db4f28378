//! The catalogue against the methods that are understood.

use super::{COMMANDS, Method, QUERIES};
use crate::api::dispatch::HELLO;
use crate::api::params::Query;
use weft_projections::Kind;

fn names(methods: &[Method]) -> Vec<&'static str> {
    methods.iter().map(|method| method.name).collect()
}

#[test]
fn every_command_and_query_is_listed_once() {
    let commands: Vec<&str> = Kind::ALL
        .iter()
        .filter(|kind| ![Kind::UNRECOGNISED, Kind::LOG_GENESIS].contains(kind))
        .filter_map(|kind| kind.name())
        .collect();
    assert_eq!(names(COMMANDS), commands);
    let listed = names(QUERIES);
    assert_eq!(listed.split_first(), Some((&HELLO, &Query::METHODS[..])));
    for method in Query::METHODS {
        assert!(Query::parse(method, "").is_some(), "{method}");
    }
}
