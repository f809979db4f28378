//! Reading a line of an export from left to right.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Digest;
use crate::transfer::Problem;

/// Integers above this are not the same to every reader of JSON (RFC 8259 section 6).
const NUMBER_MAX: u64 = (1 << 53) - 1;

/// A position in a line.
pub(super) struct Scanner<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(line: &'a [u8]) -> Scanner<'a> {
        Scanner { line, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    #[cold]
    fn expected(&self, expected: &'static str) -> Problem {
        Problem::Expected { at: self.at as u64, expected }
    }

    /// Passes over a text if it is next.
    pub(super) fn passes(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Passes over a text that must be next.
    pub(super) fn text(&mut self, text: &'static str) -> Result<(), Problem> {
        if self.passes(text) { Ok(()) } else { Err(self.expected(text)) }
    }

    /// Goes on behind the first place where a text is.
    pub(super) fn find(&mut self, text: &'static str) -> Result<(), Problem> {
        let found = self.rest().windows(text.len()).position(|part| part == text.as_bytes());
        self.at += found.ok_or_else(|| self.expected(text))? + text.len();
        Ok(())
    }

    /// The end of the line.
    pub(super) fn end(&self) -> Result<(), Problem> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.expected("the end of the line")) }
    }

    /// A number in decimal, as short as it can be.
    pub(super) fn number(&mut self) -> Result<u64, Problem> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.rest().get(..digits).unwrap_or_default();
        let shortest = digits == 1 || text.first().is_some_and(|first| *first != b'0');
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let number = number.filter(|number| shortest && *number <= NUMBER_MAX);
        let number = number.ok_or_else(|| self.expected("a number below 2^53"))?;
        self.at += digits;
        Ok(number)
    }

    /// The bytes up to the next quote, without any before it being looked at; passes over the quote.
    fn quoted(&mut self) -> Result<&'a [u8], Problem> {
        let len = self.rest().iter().position(|byte| *byte == b'"');
        let len = len.ok_or_else(|| self.expected("the end of a string"))?;
        let text = self.rest().get(..len).unwrap_or_default();
        self.at += len + 1;
        Ok(text)
    }

    /// A digest in hex, and the quote behind it.
    pub(super) fn digest(&mut self) -> Result<Digest, Problem> {
        let before = self.at;
        let text = std::str::from_utf8(self.quoted()?).ok();
        let wrong = Problem::Expected { at: before as u64, expected: "64 digits of hex" };
        text.and_then(Digest::from_hex).ok_or(wrong)
    }

    /// Base64, and the quote behind it; `bytes` is cleared first.
    pub(super) fn base64(
        &mut self,
        field: &'static str,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        bytes.clear();
        let text = self.quoted()?;
        STANDARD.decode_vec(text, bytes).map_err(|_| Problem::Base64 { field })
    }

    /// Base64 of exactly so many bytes, and the quote behind it.
    pub(super) fn base64_array<const LEN: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<[u8; LEN], Problem> {
        let mut bytes = Vec::with_capacity(LEN);
        self.base64(field, &mut bytes)?;
        bytes.try_into().map_err(|_| Problem::Base64 { field })
    }

    /// A JSON string whose first quote was passed over, and the quote behind it.
    pub(super) fn string(&mut self) -> Result<String, Problem> {
        let mut bytes = Vec::new();
        loop {
            match self.byte()? {
                b'"' => break,
                b'\\' => bytes.push(self.escaped()?),
                0..0x20 => return Err(self.expected("a string without control characters")),
                byte => bytes.push(byte),
            }
        }
        String::from_utf8(bytes).map_err(|_| self.expected("a string in UTF-8"))
    }

    /// What follows a backslash: only the escapes that an export has.
    fn escaped(&mut self) -> Result<u8, Problem> {
        match self.byte()? {
            byte @ (b'"' | b'\\') => Ok(byte),
            b'n' => Ok(b'\n'),
            b'u' => {
                let digits = self.rest().get(..4).and_then(|text| std::str::from_utf8(text).ok());
                let code = digits.and_then(|text| u8::from_str_radix(text, 16).ok());
                let code = code.filter(|code| *code < 0x20);
                let code = code.ok_or_else(|| self.expected("the code of a control character"))?;
                self.at += 4;
                Ok(code)
            }
            _ => Err(self.expected("an escape that an export has")),
        }
    }

    fn byte(&mut self) -> Result<u8, Problem> {
        let byte = self.rest().first().copied();
        let byte = byte.ok_or_else(|| self.expected("the end of a string"))?;
        self.at += 1;
        Ok(byte)
    }
}
