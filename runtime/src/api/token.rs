//! What an agent shows to be known: `<pid>.<generation>.<64 hex>`.

use std::fmt;
use std::str::FromStr;
use weft_projections::{Digest, Generation, Pid, TOKEN_BYTES, token_digest};

/// A token: the run of a process it belongs to, and its secret, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The process.
    pub pid: Pid,
    /// Which of its runs.
    pub generation: Generation,
    secret: [u8; TOKEN_BYTES],
}

/// A text that is no token; it is not repeated, since it may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no token: expected <pid>.<generation>.<64 hex digits>")]
pub struct NoToken;

impl Token {
    /// The token of a run.
    pub fn new(pid: Pid, generation: Generation, secret: [u8; TOKEN_BYTES]) -> Token {
        Token { pid, generation, secret }
    }

    /// What State knows of it.
    pub fn digest(&self) -> Digest {
        token_digest(&self.secret)
    }

    /// The text, which is the secret itself: for the environment of the process alone.
    pub fn expose(&self) -> String {
        format!("{}.{}.{}", self.pid, self.generation, hex::encode(self.secret))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Token({}.{}.secret)", self.pid, self.generation)
    }
}

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Token, NoToken> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NoToken);
        let pid = part()?.parse().map_err(|_| NoToken)?;
        let generation = part()?.parse().map_err(|_| NoToken)?;
        let mut secret = [0; TOKEN_BYTES];
        hex::decode_to_slice(part()?, &mut secret).map_err(|_| NoToken)?;
        Ok(Token { pid, generation, secret })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_is_not_shown() {
        let token = Token::new(Pid::new(7).unwrap(), Generation::FIRST, [0xab; TOKEN_BYTES]);
        let text = token.expose();
        assert_eq!(text, format!("7.1.{}", "ab".repeat(32)));
        assert_eq!(text.parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(7.1.secret)");
        for text in ["", "7", "7.1", "7.1.ab", "0.1.", &format!("{text}0"), &format!("x.{text}")] {
            assert_eq!(text.parse::<Token>(), Err(NoToken), "{text}");
        }
    }
}
