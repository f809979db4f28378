//! Scopes: what a grant allows, as an action on an object. Compared as structured values, never as string globs.

mod action;
mod object;
#[expect(
    clippy::module_inception,
    reason = "the module is the folder of the type that it is named after"
)]
mod scope;

pub use action::Action;
pub use object::{Object, ProcessPattern};
pub use scope::Scope;
