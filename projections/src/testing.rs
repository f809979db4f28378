//! Strategies that the tests of this crate share.

use proptest::prelude::*;

use crate::{Action, Object, Pid, ProcessPattern, Scope};

pub(crate) fn pid() -> impl Strategy<Value = Pid> {
    (1u64..8).prop_map(|id| Pid::new(id).unwrap())
}

pub(crate) fn scope() -> impl Strategy<Value = Scope> {
    let object = prop_oneof![
        2 => Just(Object::Any),
        1 => Just(Object::Graph),
        1 => pid().prop_map(|pid| Object::Process(ProcessPattern::Pid(pid))),
        1 => "[ab]{1,2}".prop_map(|name| Object::Process(ProcessPattern::Name(name.parse().unwrap()))),
        2 => "([ab+]/){0,2}[ab+#]".prop_map(|filter| Object::Topics(filter.parse().unwrap())),
        2 => "(/[ab]){1,3}|/".prop_map(|path| Object::Paths(path.parse().unwrap())),
    ];
    (prop::sample::select(Action::ALL.as_slice()), object)
        .prop_filter_map("the object fits the action", |(action, object)| {
            Scope::new(action, object).ok()
        })
}
