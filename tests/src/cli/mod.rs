//! The binary as a user runs it: arguments, output, exit codes.

mod absurd;
mod agents;
mod checker;
mod daemon;
mod damage;
mod exits;
mod faults;
mod first_run;
mod history;
mod ipc;
mod kernel;
mod machines;
mod mutations;
mod node;
mod page;
mod proofs;
mod relay;
mod rights;
mod surroundings;
