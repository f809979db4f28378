//! What the analysts count.

use serde::{Deserialize, Serialize};
use std::ops::Add;

/// Lines, words and bytes as `wc -lwc` counts them in a UTF-8 locale, and Markdown links.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Newlines.
    pub(crate) lines: u64,
    /// Runs between white space that hold something printable.
    pub(crate) words: u64,
    /// Places where a Markdown link or image names its target: `](`.
    pub(crate) links: u64,
    /// Bytes.
    pub(crate) bytes: u64,
}

impl Counts {
    /// Counts any bytes, text or not.
    pub(crate) fn of(bytes: &[u8]) -> Counts {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        let links = bytes.windows(2).filter(|pair| pair == b"](").count();
        Counts {
            lines: lines as u64,
            words: words(bytes),
            links: links as u64,
            bytes: bytes.len() as u64,
        }
    }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            lines: self.lines + other.lines,
            words: self.words + other.words,
            links: self.links + other.links,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// Bytes that are no UTF-8 neither begin nor end a word, as in GNU `wc` 9.1. Where the two can differ is in
/// files that are no text: a code point that Unicode has not assigned counts as printable here.
fn words(bytes: &[u8]) -> u64 {
    let (mut words, mut within) = (0, false);
    for letter in bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars()) {
        match Letter::of(letter) {
            Letter::Space => within = false,
            Letter::Unprintable => {}
            Letter::Printable => {
                words += u64::from(!within);
                within = true;
            }
        }
    }
    words
}

/// What a character is to `wc -w`.
enum Letter {
    Space,
    Printable,
    Unprintable,
}

impl Letter {
    fn of(letter: char) -> Letter {
        match letter {
            '\u{2028}' | '\u{2029}' | '\u{85}' => Letter::Unprintable,
            // GNU wc lets the word joiner part words, together with the no-break spaces.
            '\u{2060}' => Letter::Space,
            space if space.is_whitespace() => Letter::Space,
            control if control.is_control() => Letter::Unprintable,
            _printable => Letter::Printable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], lines: u64, words: u64, links: u64) {
        let expected = Counts { lines, words, links, bytes: bytes.len() as u64 };
        assert_eq!(Counts::of(bytes), expected, "{:?}", bytes.escape_ascii().to_string());
    }

    #[test]
    fn text_counts_as_wc_counts_it() {
        check(b"", 0, 0, 0);
        check(b"one", 0, 1, 0);
        check(b"one two\nthree\n", 2, 3, 0);
        check(b" \t\r\n\x0b\x0c", 1, 0, 0);
        check("naïve café\u{a0}au\u{3000}lait\u{2009}x\n".as_bytes(), 1, 5, 0);
        check("a\u{2028}b \u{85} c".as_bytes(), 0, 2, 0);
    }

    #[test]
    fn bytes_that_are_no_text_count_as_wc_counts_them() {
        check(b"\xff", 0, 0, 0);
        check(b"a\xffb \xfe\n", 1, 1, 0);
        check(b"\x00 \x01 a\x02b", 0, 1, 0);
        check(b"\xe2\x80 x", 0, 1, 0);
    }

    #[test]
    fn links_are_targets_in_parentheses() {
        check(b"[a](b) ![c](d) [e] (f) ](", 0, 5, 3);
    }

    #[test]
    fn sums_are_sums() {
        let (one, two) = (Counts::of(b"a b\n"), Counts::of(b"[c](d)\n\n"));
        assert_eq!(one + two, Counts::of(b"a b\n[c](d)\n\n"));
    }
}
