//! The kernel killed with SIGKILL at random points, under eight clients and with agents that run.
//!
//! Start reading at `rounds.rs`: what happens in a round, and what has to hold after it. `client.rs` asks
//! and keeps what was answered, `chain.rs` reads the log of the dead, `agents.rs` looks
//! at what runs. `leftovers.rs` has the one thing that chance does not find.

mod agents;
mod chain;
mod client;
mod leftovers;
mod rounds;
