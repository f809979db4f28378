//! The list of all targets.

/// A way in which bytes come from outside.
pub struct Target {
    /// Its name: of the function, the fuzz target, and the folder of its corpus.
    pub name: &'static str,
    /// Asserts what must hold of any bytes.
    pub check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 10] = [
    Target { name: "header", check: crate::header },
    Target { name: "frame", check: crate::frame },
    Target { name: "body", check: crate::body },
    Target { name: "checkpoint", check: crate::checkpoint },
    Target { name: "proof", check: crate::proof },
    Target { name: "import", check: crate::import },
    Target { name: "socket_frame", check: crate::socket_frame },
    Target { name: "snapshot", check: crate::snapshot },
    Target { name: "constitution", check: crate::constitution },
    Target { name: "request", check: crate::request },
];
