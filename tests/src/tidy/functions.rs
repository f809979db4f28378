//! How long a function may be.

use crate::support::rust_files;

/// Lines from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

#[test]
fn functions_stay_short() {
    let long: Vec<String> = rust_files()
        .iter()
        .flat_map(|file| {
            functions(&file.text)
                .into_iter()
                .filter(|(_, lines)| *lines > FUNCTION_LINES_MAX)
                .map(|(name, lines)| format!("{}: {name} has {lines} lines", file.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

/// Each function's first line and length: rustfmt closes it at its own indentation.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| starts_function(line));
    starts
        .filter_map(|(start, line)| {
            let indent = line.len() - line.trim_start().len();
            let close = format!("{}}}", " ".repeat(indent));
            let length = lines[start..].iter().position(|line| **line == close)?;
            Some((line.trim(), length + 1))
        })
        .collect()
}

fn starts_function(line: &str) -> bool {
    let words = line.trim_start();
    let prefixes =
        ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn ", "pub const fn "];
    prefixes.iter().any(|prefix| words.starts_with(prefix)) && !words.ends_with(';')
}

#[test]
fn the_measure_finds_a_long_function() {
    let text = format!("fn short() {{\n}}\n\nfn long() {{\n{}}}\n", "    work();\n".repeat(80));
    assert_eq!(functions(&text), [("fn short() {", 2), ("fn long() {", 82)]);
}
