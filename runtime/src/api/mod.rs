//! The kernel's socket: JSON-RPC 2.0, one object a line (docs/api.md).
//!
//! Start reading at `connection.rs`, the life of one client; `dispatch.rs` says what a method does,
//! `session.rs` who somebody is, `slots.rs` who gets in.

mod act;
mod bell;
mod call_error;
mod catalogue;
mod client;
mod connection;
mod desk;
mod dispatch;
mod fault;
mod follow;
mod hooks;
mod inbound;
pub mod json;
pub mod limits;
mod meaning;
mod outbox;
mod params;
pub mod queries;
mod reading;
mod server;
mod session;
mod shared;
mod slots;
mod token;
mod wire;

pub use act::{ACT_BYTES, ACT_DOMAIN, act_message};
pub use call_error::{CallError, ErrorData, Hello};
pub use catalogue::{COMMAND_PARAMS, COMMANDS, Method, Param, QUERIES};
pub use client::{Answered, Client, Credentials, Notice};
pub use fault::{Trouble, exit_of, rpc_of};
pub use hooks::{Hooks, Kin, Output, Peers, Printout};
pub use meaning::{Understood, understand};
pub use server::serve;
pub use token::{NoToken, Token};
