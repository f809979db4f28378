//! Words that may only stand in certain places.

use crate::support::{SourceFile, rust_files};

/// A word, where it may stand, and why.
struct Rule {
    word: &'static str,
    only_in: &'static [&'static str],
    why: &'static str,
}

const PURE: [&str; 2] = ["projections/src/", "commands/src/"];

/// What the pure crates must not know: no clock, no files, no chance, no sharing.
const IMPURE_WORDS: [&str; 16] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::time",
    "std::thread",
    "std::env",
    "SystemTime",
    "Instant",
    "HashMap",
    "HashSet",
    "RefCell",
    "Mutex",
    "Atomic",
    "f32",
    "f64",
    "tracing",
];

const RULES: [Rule; 7] = [
    Rule {
        word: "println!",
        only_in: &["cli/src/render/"],
        why: "data and messages leave through cli::render",
    },
    Rule {
        word: "SystemTime::now",
        only_in: &["runtime/src/platform/native.rs"],
        why: "one file reads the clock",
    },
    Rule {
        word: "Instant::now",
        only_in: &["runtime/src/platform/native.rs", "cli/src/"],
        why: "one file reads the clock; the command line only measures how long it took",
    },
    Rule {
        word: "unsafe_code",
        only_in: &["hashing/src/vector/x86_64.rs"],
        why: "one file calls a function for certain instructions; nobody else lifts the lint",
    },
    Rule { word: "thread::sleep", only_in: &[], why: "waiting for luck is not a design" },
    Rule {
        word: "replaying: bool",
        only_in: &[],
        why: "evolve and decide do not know about replay",
    },
    Rule {
        word: "std::process::exit",
        only_in: &[],
        why: "exit codes are returned, so that destructors run",
    },
];

#[test]
fn words_stand_only_where_they_may() {
    let mut found = Vec::new();
    for file in rust_files().iter().filter(|file| !file.is_test()) {
        for rule in &RULES {
            if file.code().contains(rule.word)
                && !rule.only_in.iter().any(|place| file.path.starts_with(place))
            {
                found.push(format!("{}: `{}` ({})", file.path, rule.word, rule.why));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_pure_crates_are_pure() {
    let impure: Vec<String> = rust_files()
        .iter()
        .filter(|file| PURE.iter().any(|place| file.path.starts_with(place)) && !file.is_test())
        .flat_map(impure_words)
        .collect();
    assert!(impure.is_empty(), "{impure:#?}");
}

fn impure_words(file: &SourceFile) -> Vec<String> {
    let code: String = file
        .code()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    IMPURE_WORDS
        .iter()
        .filter(|word| {
            code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                .any(|token| token.contains(**word))
        })
        .map(|word| format!("{}: `{word}`", file.path))
        .collect()
}

#[test]
fn no_test_is_switched_off_or_empty() {
    let ignore = concat!("#[", "ignore");
    let always = concat!("assert!(", "true");
    let bare = concat!("    matches", "!(");
    let found: Vec<String> = rust_files()
        .iter()
        .flat_map(|file| {
            let lines = file.text.lines().enumerate();
            lines
                .filter(|(_, line)| {
                    line.contains(ignore)
                        || line.contains(always)
                        || (line.starts_with(bare) && line.ends_with(';'))
                })
                .map(|(number, line)| format!("{}:{}: {line}", file.path, number + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}
