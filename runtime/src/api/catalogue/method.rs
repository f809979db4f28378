//! What is said of a method.

/// A method of the socket.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Its parameters, beside those that every command takes.
    pub params: &'static [Param],
    /// What it answers.
    pub result: &'static str,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Its form.
    pub form: &'static str,
    /// What it is, and what stands for it when it is absent.
    pub meaning: &'static str,
    /// Whether it has to be there.
    pub is_required: bool,
}

pub(super) const fn needed(name: &'static str, form: &'static str, meaning: &'static str) -> Param {
    Param { name, form, meaning, is_required: true }
}

pub(super) const fn optional(
    name: &'static str,
    form: &'static str,
    meaning: &'static str,
) -> Param {
    Param { name, form, meaning, is_required: false }
}

pub(super) const fn method(
    name: &'static str,
    meaning: &'static str,
    params: &'static [Param],
    result: &'static str,
) -> Method {
    Method { name, meaning, params, result }
}

/// The form of a parameter that names a process.
pub(super) const TARGET: &str = "text or number: a process by its name or pid";
