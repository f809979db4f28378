//! Why somebody did something.

use super::text::checked_text;

/// Bytes of a reason.
pub const REASON_BYTES_MAX: usize = 512;

checked_text! {
    /// Why somebody did something, in a line of their own words: 1 to 512 bytes without control characters.
    Reason, "reason", check_reason
}

fn check_reason(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.len() > REASON_BYTES_MAX {
        return Err("longer than 512 bytes");
    }
    if text.contains(char::is_control) {
        return Err("control characters are not allowed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_limited_length() {
        for text in ["x", "asked for by é, case 7", " ", &"x".repeat(512)] {
            assert_eq!(Reason::new(text).unwrap().as_str(), text);
        }
        for text in ["", "a\nb", "\u{1b}[31m", &"x".repeat(513), &"é".repeat(257)] {
            assert!(Reason::new(text).is_err(), "{text}");
        }
    }
}
