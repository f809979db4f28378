//! Paths of files outside the kernel, on the machine that it runs on.

use super::path::{check_plain, lies_within};
use super::text::checked_text;

/// Bytes of a path of a file.
pub const FILE_PATH_BYTES_MAX: usize = 4_096;

checked_text! {
    /// Absolute path of a file or a folder, such as `/srv/data`; `/` is everything. At most 4,096 bytes, no segment
    /// empty, `.` or `..`, no control characters. Compared as text: what a symbolic link leads to is not asked here.
    FilePath, "file path", check_file_path
}

impl FilePath {
    /// Whether this is the other path or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        lies_within(&self.0, &other.0)
    }
}

fn check_file_path(text: &str) -> Result<(), &'static str> {
    if text == "/" {
        return Ok(());
    }
    let Some(rest) = text.strip_prefix('/') else {
        return Err("it must start with '/'");
    };
    if text.len() > FILE_PATH_BYTES_MAX {
        return Err("longer than 4096 bytes");
    }
    rest.split('/').try_for_each(check_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn file_paths_keep_to_their_rules() {
        let longest = format!("/{}", "x".repeat(FILE_PATH_BYTES_MAX - 1));
        let deepest = "/x".repeat(FILE_PATH_BYTES_MAX / 2);
        for text in ["/", "/srv", "/a b/c", "/.hidden/...", "/é", "/*", &longest, &deepest] {
            assert_eq!(FilePath::new(text).unwrap().as_str(), text);
        }
        let too_long = format!("{longest}x");
        for text in [
            "",
            "srv",
            "./srv",
            "~/srv",
            "//",
            "/srv/",
            "/srv//data",
            "/.",
            "/srv/./data",
            "/srv/..",
            "/srv/../etc",
            "/a\0",
            "/a\nb",
            "/a\u{85}",
            &too_long,
        ] {
            assert!(FilePath::new(text).is_err(), "{text}");
        }
    }

    fn file_path() -> impl Strategy<Value = FilePath> {
        "(/[ab-]{1,2}){0,4}"
            .prop_map(|text| FilePath::new(if text.is_empty() { "/" } else { &text }).unwrap())
    }

    proptest! {
        /// The order of paths is the one that the operating system knows.
        #[test]
        fn within_goes_by_whole_segments(inner in file_path(), outer in file_path()) {
            let expected = Path::new(inner.as_str()).starts_with(outer.as_str());
            prop_assert_eq!(inner.is_within(&outer), expected);
        }
    }
}
