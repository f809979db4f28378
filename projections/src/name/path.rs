//! Paths of the resource tree.

use super::text::checked_text;

/// Bytes of a path.
pub const PATH_BYTES_MAX: usize = 4_096;
/// Segments of a path.
pub const PATH_SEGMENTS_MAX: usize = 32;
/// Bytes of a segment of a path.
pub const PATH_SEGMENT_BYTES_MAX: usize = 255;

checked_text! {
    /// Absolute path of a resource, such as `/apps/demo`; `/` is the root. At most 32 segments of 1 to 255 bytes without
    /// control characters, none of them `.` or `..`; at most 4,096 bytes in all.
    TreePath, "path", check_path
}

impl TreePath {
    /// The root, `/`.
    #[must_use]
    pub fn root() -> Self {
        Self("/".into())
    }

    /// Whether this is `/`.
    #[must_use]
    pub fn is_root(&self) -> bool {
        &*self.0 == "/"
    }

    /// The segments from the root down; none for the root.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }

    /// How many segments there are, 0 to 32.
    #[must_use]
    pub fn depth(&self) -> usize {
        if self.is_root() { 0 } else { self.0.bytes().filter(|byte| *byte == b'/').count() }
    }

    /// The last segment; empty for the root.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The path without its last segment; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.0.rsplit_once('/') {
            _ if self.is_root() => None,
            None | Some(("", _)) => Some(Self::root()),
            Some((parent, _)) => Some(Self(parent.into())),
        }
    }

    /// The path itself and every one above it, up to the root.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(&*self.0), |path| match path.rsplit_once('/') {
            None | Some(("", "")) => None,
            Some(("", _)) => Some("/"),
            Some((parent, _)) => Some(parent),
        })
    }

    /// The path one segment further down.
    ///
    /// # Errors
    ///
    /// When the segment or the whole breaks the rules of a path.
    pub fn join(&self, segment: &str) -> Result<Self, super::Error> {
        let prefix = if self.is_root() { "" } else { self.as_str() };
        Self::new(&format!("{prefix}/{segment}"))
    }

    /// Whether this is the other path or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        lies_within(&self.0, &other.0)
    }
}

/// Whether one absolute path without a last slash is the other or lies below it, by whole segments.
pub(super) fn lies_within(inner: &str, outer: &str) -> bool {
    match inner.strip_prefix(outer) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || outer == "/",
        None => false,
    }
}

/// What no segment of a path may be, whatever the path leads to.
pub(super) fn check_plain(segment: &str) -> Result<(), &'static str> {
    if segment.is_empty() {
        return Err("an empty segment");
    }
    if segment == "." || segment == ".." {
        return Err("'.' and '..' are no segments");
    }
    if segment.chars().any(char::is_control) {
        return Err("a control character");
    }
    Ok(())
}

fn check_path(text: &str) -> Result<(), &'static str> {
    if text == "/" {
        return Ok(());
    }
    let Some(rest) = text.strip_prefix('/') else {
        return Err("it must start with '/'");
    };
    if text.len() > PATH_BYTES_MAX {
        return Err("longer than 4096 bytes");
    }
    if rest.split('/').count() > PATH_SEGMENTS_MAX {
        return Err("more than 32 segments");
    }
    rest.split('/').try_for_each(check_segment)
}

fn check_segment(segment: &str) -> Result<(), &'static str> {
    if segment.len() > PATH_SEGMENT_BYTES_MAX {
        return Err("a segment longer than 255 bytes");
    }
    check_plain(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> TreePath {
        TreePath::new(text).unwrap()
    }

    #[test]
    fn paths_keep_to_their_rules() {
        let longest = format!("/{}", "x".repeat(255));
        for text in ["/", "/a", "/a b/c", "/.hidden", "/é", &longest, &"/a".repeat(32)] {
            assert_eq!(path(text).as_str(), text);
        }
        let too_long = format!("/{}", "x".repeat(256));
        let too_big = format!("/{}", "x".repeat(240)).repeat(18);
        for text in [
            "",
            "a",
            "//",
            "/a/",
            "/a//b",
            "/.",
            "/a/..",
            "/a\0",
            "/a\u{85}",
            &too_long,
            &too_big,
            &"/a".repeat(33),
        ] {
            assert!(TreePath::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parents_names_and_segments() {
        let check = |text: &str, parent: Option<&str>, name: &str, depth| {
            let path = path(text);
            assert_eq!(path.parent().as_ref().map(TreePath::as_str), parent);
            assert_eq!((path.name(), path.depth()), (name, depth));
            assert_eq!(path.ancestors().next(), Some(text));
            assert_eq!(path.ancestors().nth(1), parent);
            assert_eq!(path.ancestors().count(), depth + 1);
        };
        check("/", None, "", 0);
        check("/a", Some("/"), "a", 1);
        check("/a/b", Some("/a"), "b", 2);
        assert_eq!(path("/").join("a").unwrap(), path("/a"));
        assert_eq!(path("/a").join("b").unwrap(), path("/a/b"));
        assert!(path("/a").join("b/c").is_ok());
        assert!(path("/a").join("").is_err());
    }

    #[test]
    fn within_goes_by_segments() {
        for (inner, outer) in [("/", "/"), ("/a", "/"), ("/a", "/a"), ("/a/b", "/a")] {
            assert!(path(inner).is_within(&path(outer)), "{inner} {outer}");
        }
        for (inner, outer) in [("/", "/a"), ("/ab", "/a"), ("/a-b", "/a"), ("/b/a", "/a")] {
            assert!(!path(inner).is_within(&path(outer)), "{inner} {outer}");
        }
    }
}
