//! Text that others chose, made safe for a terminal.

/// The text on one line: control characters and those that reorder a line are escaped.
pub(crate) fn line(text: &str) -> String {
    text.chars().flat_map(|letter| Letter::of(letter, is_harmful(letter))).collect()
}

/// The text on as many lines as it has; the rest as in [`line()`].
pub(crate) fn lines(text: &str) -> String {
    let harmful = |letter| is_harmful(letter) && letter != '\n' && letter != '\t';
    text.chars().flat_map(|letter| Letter::of(letter, harmful(letter))).collect()
}

/// Control characters, and the bidirectional ones of Unicode's "Trojan source".
fn is_harmful(letter: char) -> bool {
    let bidirectional = ['\u{61c}', '\u{200e}', '\u{200f}'];
    letter.is_control()
        || bidirectional.contains(&letter)
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}

/// A letter as it is, or escaped.
enum Letter {
    Plain(std::iter::Once<char>),
    Escaped(std::char::EscapeDefault),
}

impl Letter {
    fn of(letter: char, harmful: bool) -> Letter {
        if harmful {
            Letter::Escaped(letter.escape_default())
        } else {
            Letter::Plain(std::iter::once(letter))
        }
    }
}

impl Iterator for Letter {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Letter::Plain(letters) => letters.next(),
            Letter::Escaped(letters) => letters.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_move_the_cursor_is_escaped() {
        assert_eq!(line("a\u{1b}[2Jb\nc\u{9b}d\u{202e}e"), "a\\u{1b}[2Jb\\nc\\u{9b}d\\u{202e}e");
        assert_eq!(line("naïve 日本 🦀 \\"), "naïve 日本 🦀 \\");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(lines("a\n\tb\rc"), "a\n\tb\\rc");
    }
}
