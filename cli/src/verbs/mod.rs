//! One file per verb: its arguments and what it does.

pub(crate) mod agent;
pub(crate) mod capability;
pub(crate) mod chain;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod fork;
pub(crate) mod init;
pub(crate) mod ipc;
pub(crate) mod kernel;
pub(crate) mod log;
pub(crate) mod logs;
pub(crate) mod ps;
pub(crate) mod replay;
pub(crate) mod run;
pub(crate) mod shim;
pub(crate) mod show;
pub(crate) mod trace;
pub(crate) mod tree;
pub(crate) mod version;
