//! Tests of the postings against a plain list of records.

mod accidents;
mod finding;
mod support;
