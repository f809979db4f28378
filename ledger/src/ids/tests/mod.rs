//! Tests of the files of ids over storage in memory, against a plain map.

mod accidents;
mod damage;
mod life;
mod looking;
mod support;
