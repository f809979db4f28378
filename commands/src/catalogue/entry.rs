//! What is said about a command.

use weft_projections::Kind;

/// One command in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its kind; the name is [`Kind::name`].
    pub kind: Kind,
    /// What it asks for.
    pub meaning: &'static str,
    /// Its arguments, ascending by key.
    pub arguments: &'static [Argument],
    /// What payload comes with it.
    pub payload: &'static str,
    /// Who may ask for it.
    pub who: &'static str,
    /// The codes of the rejections it can meet, in the order in which they are looked for.
    pub rejections: &'static [&'static str],
}

/// One argument in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its key in the encoded map.
    pub key: u8,
    /// Its name in the API.
    pub name: &'static str,
    /// What it means, with its range.
    pub meaning: &'static str,
}
