//! `docs/cli.md` names exactly the verbs that there are.

use super::node::Node;
use crate::support::root;
use std::collections::BTreeSet;
use std::fs;

/// The verbs in the help of `verb`, without clap's own `help`.
fn verbs_of(node: &Node, verb: &[&str]) -> Vec<String> {
    let help = node.done(verb.iter().chain(&["--help"]));
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let lines = list.lines().take_while(|line| line.starts_with("  "));
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

#[test]
fn the_page_names_exactly_the_verbs_there_are() {
    let node = Node::nowhere();
    let mut there = BTreeSet::new();
    for verb in verbs_of(&node, &[]) {
        let below = verbs_of(&node, &[&verb]);
        if below.is_empty() {
            there.insert(format!("weft {verb}"));
        }
        there.extend(below.iter().map(|name| format!("weft {verb} {name}")));
    }
    let page = fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `weft "));
    let named: BTreeSet<String> =
        rows.filter_map(|row| row.split('`').next()).map(|verb| format!("weft {verb}")).collect();
    assert_eq!(named, there);
}
