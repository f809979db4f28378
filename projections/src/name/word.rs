//! Single words: names of processes, kinds of resources, keys of metadata.

use super::text::checked_text;

/// Bytes of a word.
pub const WORD_BYTES_MAX: usize = 64;

checked_text! {
    /// Name of a process: 1 to 64 of `a-z 0-9 . _ -`, the first a letter or digit, not all digits (that would be a pid).
    Name, "name", check_name
}
checked_text! {
    /// Kind of a resource: 1 to 64 of `a-z 0-9 . _ -`, the first a letter or digit.
    ResourceKind, "resource kind", check_word
}
checked_text! {
    /// Key of a resource's metadata: 1 to 64 of `a-z 0-9 . _ -`, the first a letter or digit.
    MetaKey, "metadata key", check_word
}

fn check_name(text: &str) -> Result<(), &'static str> {
    check_word(text)?;
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("only digits: that would be a pid");
    }
    Ok(())
}

fn check_word(text: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    match text.bytes().next() {
        None => Err("it is empty"),
        Some(_) if text.len() > WORD_BYTES_MAX => Err("longer than 64 bytes"),
        Some(first) if !plain(first) => Err("it must start with a-z or 0-9"),
        Some(_) if !text.bytes().all(|byte| plain(byte) || b"._-".contains(&byte)) => {
            Err("only a-z, 0-9, '.', '_' and '-' are allowed")
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_to_their_alphabet() {
        for text in ["a", "analyst-1", "0day", "a.b_c", &"x".repeat(64)] {
            assert_eq!(Name::new(text).unwrap().as_str(), text);
        }
        for text in ["", "-a", ".a", "A", "a b", "a/b", "é", "a\n", "123", &"x".repeat(65)] {
            assert!(Name::new(text).is_err(), "{text}");
        }
        assert!(MetaKey::new("123").is_ok());
    }

    #[test]
    fn the_error_names_the_rule() {
        assert_eq!(
            Name::new("Bad").unwrap_err().to_string(),
            r#"bad name "Bad": it must start with a-z or 0-9"#
        );
    }
}
