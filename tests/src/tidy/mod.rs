//! The house rules of docs/style.md that a test can hold.

mod functions;
mod layout;
mod links;
mod words;
