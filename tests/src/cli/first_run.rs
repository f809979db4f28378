//! What a newcomer does.

use super::node::Node;
use serde_json::json;
use std::fs;

#[test]
fn a_resource_is_stored_shown_listed_and_removed() {
    let node = Node::fresh();
    let stored = node.done([
        "tree",
        "put",
        "/docs/a.md",
        "--kind",
        "file",
        "--meta",
        "size=120",
        "--meta",
        "lang=en=gb",
    ]);
    assert!(stored.contains("seq      1\n") && stored.contains("verdict  permit\n"), "{stored}");
    let shown = node.json(["tree", "show", "/docs/a.md"]);
    assert_eq!(shown["metadata"], json!({"lang": "en=gb", "size": "120"}));
    assert_eq!((&shown["kind"], &shown["stored"]), (&json!("file"), &json!(1)));
    let text = node.done(["tree", "show", "/docs/a.md"]);
    assert!(text.contains("  size = 120\n") && text.contains("record 1\n"), "{text}");
    let listed = node.done(["tree", "list", "/docs"]);
    assert!(listed.contains("/docs/a.md") && !listed.contains("/kernel"), "{listed}");
    node.done(["tree", "remove", "/docs/a.md"]);
    node.weft(["tree", "show", "/docs/a.md"])
        .fails(3, &["resource /docs/a.md not found", "weft tree list"]);
    assert_eq!(node.json(["tree", "list", "/docs"]), json!([]));
}

#[test]
fn the_whole_tree_is_listed_recursively_or_level_by_level() {
    let node = Node::fresh();
    node.done(["tree", "put", "/apps/demo/data"]);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let found = node.json(arguments);
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(paths(&["tree", "list"]), ["/apps", "/environments", "/kernel", "/network"]);
    assert_eq!(paths(&["tree", "list", "/apps", "--recursive"]), ["/apps/demo", "/apps/demo/data"]);
    assert_eq!(paths(&["tree", "list", "/apps"]), ["/apps/demo"]);
    assert_eq!(node.json(["tree", "show", "/apps/demo"])["children"], json!(["data"]));
}

#[test]
fn init_says_where_everything_is_and_what_to_try() {
    let node = Node::nowhere();
    let ran = node.weft(["init", "--origin", "example.org/weft"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for word in ["log id", "keys", "example.org/weft", node.data_dir().to_str().unwrap()] {
        assert!(ran.stdout.contains(word), "no {word:?} in: {}", ran.stdout);
    }
    assert!(ran.stderr.contains("weft tree put"), "{}", ran.stderr);
    let log_id = node.json(["chain", "status"])["log_id"].as_str().unwrap().to_owned();
    assert!(ran.stdout.contains(&log_id));
    assert_eq!(node.json(["show", "0"])["request"]["origin"], json!("example.org/weft"));
}

#[test]
fn init_overwrites_nothing() {
    let node = Node::fresh();
    let before = node.bytes();
    node.weft(["init"]).fails(1, &["is not empty", "nothing was written"]);
    assert_eq!(node.bytes(), before);

    let foreign = Node::nowhere();
    fs::create_dir(foreign.data_dir()).unwrap();
    fs::write(foreign.data_dir().join("letter.txt"), "dear").unwrap();
    let before = foreign.bytes();
    foreign.weft(["init"]).fails(1, &["is not empty"]);
    assert_eq!(foreign.bytes(), before);
}

#[test]
fn init_refuses_a_bad_law_and_a_bad_origin_and_leaves_nothing() {
    let node = Node::nowhere();
    let law = node.outside("law.txt");
    let check = |text: &[u8], code, word: &str| {
        fs::write(&law, text).unwrap();
        node.weft(["init", "--constitution", law.to_str().unwrap()]).fails(code, &[word]);
        assert_eq!(node.bytes().len(), 1, "only the law is there");
    };
    check(b"constitution 1\nenvironment moon\n", 1, "line 2");
    check(b"\xff\xfe", 2, "UTF-8");
    check(&b"# long\n".repeat(10_000), 2, "longer than 49152 bytes");
    node.weft(["init", "--constitution", "/no/such/file"]).fails(1, &["/no/such/file"]);
    node.weft(["init", "--origin", "two words"]).fails(1, &["origin"]);
    assert!(!node.data_dir().exists());
}

#[test]
fn a_dry_run_of_init_makes_nothing_and_says_how_it_would_be_ruled() {
    let node = Node::nowhere();
    let ran = node.weft(["init", "--origin", "example.org/weft", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("verdict         permit\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains("nothing was made"), "{}", ran.stderr);
    let unborn = node.json(["init", "--dry-run", "-q"]);
    assert_eq!((&unborn["dry_run"], &unborn["verdict"]), (&json!(true), &json!("permit")));
    assert_eq!((&unborn["seq"], &unborn["log_id"]), (&json!(null), &json!(null)));
    assert_eq!(fs::read_dir(node.outside("")).unwrap().count(), 0, "no file and no folder");
    let deep = node.outside("a/b/node");
    let ran = node.weft(["init", "--dry-run", "--data-dir", deep.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(fs::read_dir(node.outside("")).unwrap().count(), 0, "not even a parent");
    assert_eq!(node.json(["init"])["dry_run"], json!(false));
}

#[test]
fn a_dry_run_of_init_refuses_what_init_refuses() {
    let node = Node::fresh();
    let (law, file) = (node.outside("law.txt"), node.outside("file"));
    fs::write(&law, "constitution 1\nenvironment moon\n").unwrap();
    fs::write(&file, "").unwrap();
    let below_file = file.join("a/node");
    let before = node.bytes();
    let other = node.outside("other/node");
    let wrong: [(&[&str], i32, &str); 6] = [
        (&[], 1, "is not empty"),
        (&["--data-dir", file.to_str().unwrap()], 1, "ot a directory"),
        (&["--data-dir", below_file.to_str().unwrap()], 1, "ot a directory"),
        (&["--data-dir", other.to_str().unwrap(), "--origin", "two words"], 1, "origin"),
        (
            &["--data-dir", other.to_str().unwrap(), "--constitution", law.to_str().unwrap()],
            1,
            "line 2",
        ),
        (
            &["--data-dir", other.to_str().unwrap(), "--constitution", "/no/such/file"],
            1,
            "/no/such/file",
        ),
    ];
    for (arguments, code, word) in wrong {
        for dry_run in [&["--dry-run"][..], &[]] {
            node.weft(["init"].iter().chain(arguments).chain(dry_run))
                .fails(code, &[word, "hint:"]);
        }
    }
    assert_eq!(node.bytes(), before);
    assert!(!node.outside("other").exists(), "a refused birth leaves no parent behind");
}

#[test]
fn init_under_an_id_runs_once() {
    let (id, other) =
        ("0190f3c0-0000-7000-8000-000000000001", "0190f3c0-0000-7000-8000-000000000002");
    let node = Node::nowhere();
    let first = node.json(["init", "--id", id]);
    assert_eq!(node.json(["show", "0"])["command_id"], json!(id));
    let before = node.bytes();
    let mut expected = first;
    expected["repetition"] = json!(true);
    assert_eq!(node.json(["init", "--id", id]), expected);
    expected["dry_run"] = json!(true);
    assert_eq!(node.json(["init", "--id", id, "--dry-run"]), expected);
    for dry_run in [&["--dry-run"][..], &[]] {
        let fails = |arguments: &[&str], word: &str| {
            node.weft(["init"].iter().chain(arguments).chain(dry_run)).fails(1, &[word, "hint:"]);
        };
        fails(&["--id", id, "--origin", "elsewhere"], "already used for another request");
        fails(&["--id", other], "is not empty");
        fails(&[], "is not empty");
    }
    assert_eq!(node.bytes(), before);
    let foreign = Node::nowhere();
    fs::create_dir_all(foreign.data_dir().join("keys")).unwrap();
    foreign.weft(["init", "--id", id]).fails(1, &["is not empty"]);
}

#[test]
fn every_verb_explains_itself_with_examples() {
    let node = Node::nowhere();
    let verbs: [&[&str]; 18] = [
        &["init"],
        &["demo"],
        &["tree"],
        &["tree", "put"],
        &["tree", "list"],
        &["tree", "show"],
        &["tree", "remove"],
        &["capability"],
        &["capability", "grant"],
        &["capability", "revoke"],
        &["log"],
        &["show"],
        &["ps"],
        &["agent", "list"],
        &["chain"],
        &["chain", "status"],
        &["chain", "verify"],
        &["completions"],
    ];
    for verb in verbs {
        let help = node.done(verb.iter().chain(&["--help"]));
        let examples = help.split("Examples:").nth(1).unwrap_or_default();
        assert!(examples.matches("\n  weft ").count() >= 2, "{verb:?}: {help}");
    }
}

#[test]
fn without_a_verb_there_is_an_overview_and_a_usage_error() {
    let node = Node::nowhere();
    for arguments in [&[][..], &["tree"], &["chain"]] {
        let ran = node.weft(arguments);
        ran.fails(2, &["Usage:", "Examples:"]);
        assert_eq!(ran.stdout, "");
    }
    assert!(node.done(["--version"]).starts_with("weft "));
    assert!(!node.data_dir().exists());
}

#[test]
fn completions_and_version_need_no_node() {
    let node = Node::nowhere();
    for (shell, word) in [("bash", "_weft"), ("zsh", "#compdef weft"), ("fish", "complete -c weft")]
    {
        assert!(node.done(["completions", shell]).contains(word), "{shell}");
    }
    let version = node.json(["version"]);
    assert_eq!((&version["format_version"], &version["gate_version"]), (&json!(1), &json!(1)));
    assert!(node.done(["version"]).starts_with("weft 0."));
}
