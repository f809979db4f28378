//! The binary as a user runs it: arguments, output, exit codes.

mod absurd;
mod agents;
mod backups;
mod checker;
mod copies;
mod daemon;
mod damage;
mod exits;
mod exports;
mod faults;
mod first_run;
mod forks;
mod history;
mod ipc;
mod kernel;
mod machines;
mod moving;
mod mutations;
mod node;
mod page;
mod proofs;
mod relay;
mod rights;
mod surroundings;
mod trace;
mod witnesses;
