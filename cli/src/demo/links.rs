//! Where the links of a Markdown file lead, inside the folder.

use super::limits::LINKS_BYTES_MAX;
use std::collections::BTreeSet;
use std::path::Path;

/// What the relative links of one file lead to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    /// Files of the folder, each once, in the order of their first link.
    pub(crate) pages: Vec<String>,
    /// Targets inside the folder that are not there, as they are written, each once.
    pub(crate) broken: Vec<String>,
}

/// Looks at the links of the file at `path` below `folder`. Only Markdown has links that can be broken; what is
/// shown as code is none, and what lies outside the folder cannot be seen from here.
pub(crate) fn links(folder: &Path, path: &str, bytes: &[u8]) -> Links {
    let mut links = Links::default();
    if !path.ends_with(".md") && !path.ends_with(".markdown") {
        return links;
    }
    let text = String::from_utf8_lossy(bytes);
    let (mut linked, mut missed) = (BTreeSet::new(), BTreeSet::new());
    for target in targets(&text) {
        let Some(found) = inside(path, &target) else { continue };
        let place = folder.join(&found);
        if place.is_file() {
            add(&mut links.pages, &mut linked, found);
        } else if !place.exists() {
            add(&mut links.broken, &mut missed, target);
        }
    }
    for list in [&mut links.pages, &mut links.broken] {
        let mut bytes = 0;
        list.retain(|text| {
            bytes += text.len();
            bytes <= LINKS_BYTES_MAX
        });
    }
    links
}

fn add(list: &mut Vec<String>, seen: &mut BTreeSet<String>, text: String) {
    if seen.insert(text.clone()) {
        list.push(text);
    }
}

/// The targets of relative links, without what comes after `#` or `?`.
fn targets(text: &str) -> Vec<String> {
    let (mut targets, mut is_code) = (Vec::new(), false);
    for line in text.split('\n') {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            let plain: String = line.split('`').step_by(2).collect();
            let rests = plain.split("](").skip(1);
            targets.extend(rests.filter_map(|rest| target(rest.split_once(')')?.0)));
        }
    }
    targets
}

fn target(text: &str) -> Option<String> {
    let is_harmful = |letter: char| letter < ' ' || letter == '\u{7f}';
    if text.contains(is_harmful) {
        return None;
    }
    let word = text.split_whitespace().next()?;
    let word = word.trim_start_matches('<').trim_end_matches('>');
    let path = word.split(['#', '?']).next().unwrap_or_default();
    // With a colon it is an address, with a slash it begins at a root that nobody here knows.
    let is_relative = !path.is_empty() && !path.contains(':') && !path.starts_with('/');
    is_relative.then(|| path.to_owned())
}

/// The path below the folder of what a link in the file at `path` names; `None` when it leads out.
fn inside(path: &str, target: &str) -> Option<String> {
    let mut segments: Vec<&str> = path.split('/').collect();
    segments.pop();
    let target = unescaped(target);
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    let found = segments.join("/");
    (!found.contains('\0')).then_some(found)
}

/// `%20` and the like as what they stand for.
fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let value = digits.and_then(hex_value);
        bytes.push(value.unwrap_or(*first));
        rest = if value.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_value(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    text.chars()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u8::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn links_are_followed_inside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        for name in ["a.md", "b c.md", "deep/d.md"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let check = |text: &str, pages: &[&str], broken: &[&str]| {
            let found = links(folder.path(), "deep/page.md", text.as_bytes());
            let all = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(found, Links { pages: all(pages), broken: all(broken) }, "{text}");
        };
        check(
            "[x](d.md) [y](../a.md#part) [z](<../b%20c.md> \"title\")",
            &["deep/d.md", "a.md", "b c.md"],
            &[],
        );
        check("[x](d.md) ![y](./d.md)", &["deep/d.md"], &[]);
        check("[x](gone.md) [y](gone.md#a)\n[z](../gone/)", &[], &["gone.md", "../gone/"]);
        check(
            "[x](https://a.b/c) [y](mailto:a@b) [z](#here) [w](/root) [v](../../out.md) [u](.)",
            &[],
            &[],
        );
        check(
            "`[x](gone.md)` [`a`](d.md)\n```\n[y](gone.md)\n```\n[z](lost.md)",
            &["deep/d.md"],
            &["lost.md"],
        );
        check("[x](never closed", &[], &[]);
        assert_eq!(links(folder.path(), "code.rs", b"a[x](gone)"), Links::default());
    }

    #[test]
    fn what_a_message_cannot_hold_is_left_out() {
        let text: String = (0..1_000).map(|n| format!("[x]({n:04}.md)\n")).collect();
        let found = links(Path::new("/nowhere"), "page.md", text.as_bytes());
        assert_eq!(found.broken.len(), LINKS_BYTES_MAX / "0000.md".len());
    }
}
