//! The order of the checks.

use weft_projections::{Actor, Effect, Kind, State};

use crate::{
    Context, Decision, Submission,
    gate::{capability, effect, who},
};

/// The meaning of this gate. Raised whenever the same inputs could give another decision.
pub const GATE_VERSION: u32 = 1;

/// Rules on a submission. The same State, context and submission give the same decision.
///
/// What only the kernel reports, and what nobody knows, is settled by the first check alone: there is
/// no right to it that an actor could hold and no effect that the law could list.
#[must_use]
pub fn gate(state: &State, ctx: &Context, submission: &Submission) -> Decision {
    let mut findings = Vec::new();
    who::check(state, submission, &mut findings);
    let (mut effect_before, mut effect_after) = (Effect::ZERO, Effect::ZERO);
    if binds(submission) {
        capability::check(state, ctx, submission, &mut findings);
        (effect_before, effect_after) = effect::check(state, submission, &mut findings);
    }
    Decision {
        verdict: Decision::join(&findings),
        gate_version: GATE_VERSION,
        law: state.governance.law(),
        effect_before,
        effect_after,
        findings,
    }
}

/// Whether rights and effects have a say in this submission.
fn binds(submission: &Submission) -> bool {
    let command = &submission.command;
    submission.actor != Actor::Kernel
        && !who::kernel_only(command)
        && command.kind() != Kind::UNRECOGNISED
}

#[cfg(test)]
mod tests {
    use crate::{
        Command, Submission,
        testing::{
            KERNEL, OPERATOR, STRANGER, Then, World, ack, boot, check, check_in, exited, genesis,
            grant, link, node, operator, process, publish, put, redact, remove, revoke, rotate_key,
            send, shutdown, snapshot, spawn, started, stop, submit, subscribe, suppressed,
            unrecognised, unsubscribe,
        },
    };
    use weft_projections::{
        DEFAULT_CONSTITUTION, Dimension, Effect, Kind,
        events::{Outcome, Relation},
    };

    /// Every command that an actor other than the kernel may ask for.
    fn asked() -> Vec<Command> {
        vec![
            shutdown(),
            redact(1),
            rotate_key(7),
            spawn("x", &[]),
            stop("a"),
            send("a"),
            ack(1),
            subscribe("t"),
            unsubscribe("t"),
            publish("t"),
            put("/docs", &[]),
            remove("/docs"),
            link("named:a", Relation::Causes, "named:b", 1),
            grant(OPERATOR, "send:a"),
            revoke(1, 0),
        ]
    }

    /// What only the kernel reports.
    fn reported() -> Vec<Command> {
        let genesis = Command::Genesis(genesis(DEFAULT_CONSTITUTION));
        vec![
            genesis,
            snapshot(0),
            boot(),
            suppressed(1),
            started(1, 1),
            exited(1, 1, Outcome::Lost),
        ]
    }

    /// A law that says what an action does, and when that is too much.
    fn law(effect: &str) -> World {
        World::under(&format!(
            "constitution 1\n\
             environment staging\n\
             threshold warn risk=100 fairness=1001 privacy=1001 novelty=1001 security=300\n\
             threshold defer risk=200 fairness=1001 privacy=1001 novelty=1001 security=1001\n\
             threshold deny risk=300 fairness=1001 privacy=1001 novelty=1001 security=1001\n\
             {effect}\n"
        ))
    }

    #[test]
    fn every_kind_is_asked_reported_or_unrecognised() {
        let unrecognised = unrecognised("fly");
        let all = [asked(), reported(), vec![unrecognised]].concat();
        let mut kinds: Vec<_> = all.iter().map(Command::kind).collect();
        kinds.sort();
        assert_eq!(kinds, Command::KINDS);
    }

    #[test]
    fn the_default_law_has_a_line_for_what_is_asked_and_for_nothing_else() {
        let world = World::new();
        let listed: Vec<_> = world.state.governance.effects().map(|(kind, _)| kind).collect();
        let mut asked: Vec<_> = asked().iter().map(Command::kind).collect();
        asked.sort();
        assert_eq!(listed, asked);
    }

    #[test]
    fn a_line_for_what_only_the_kernel_reports_changes_nothing() {
        let world = law("effect kernel.boot risk=1000");
        check_in(&world, &submit(KERNEL, boot()), &Then::Happens("kernel.booted"));
        let denied = Then::Ruled("deny: only the kernel reports this");
        check_in(&world, &submit(OPERATOR, boot()), &denied);
    }

    #[test]
    fn nobody_else_reports_for_the_kernel() {
        let given = [(OPERATOR, spawn("a", &[]))];
        for command in reported().split_off(1) {
            for actor in [OPERATOR, process(1)] {
                let denied = Then::Ruled("deny: only the kernel reports this");
                check(&given, (actor, command.clone()), &denied);
            }
            let denied =
                Then::Ruled("deny: nobody vouches for the caller; only the kernel reports this");
            check(&given, (STRANGER, command), &denied);
        }
    }

    #[test]
    fn the_kernel_asks_for_nothing_but_its_own_end() {
        for command in asked().split_off(1) {
            let denied = Then::Ruled("deny: not for the kernel to ask for");
            check(&[], (KERNEL, command), &denied);
        }
        check(&[(KERNEL, boot())], (KERNEL, shutdown()), &Then::Happens("kernel.halted"));
    }

    #[test]
    fn the_kernels_reports_have_no_effect_to_weigh() {
        let world = law("");
        check_in(&world, &submit(KERNEL, boot()), &Then::Happens("kernel.booted"));
        let everything = Some(Effect::uniform(1000));
        let raised = Submission { effect_raise: everything, ..submit(KERNEL, boot()) };
        check_in(&world, &raised, &Then::Happens("kernel.booted"));
    }

    #[test]
    fn a_process_without_grants_does_only_what_is_its_own() {
        let given = [(OPERATOR, spawn("a", &[]))];
        let denied = |command: Command, finding: &str| {
            let ruled = format!("deny: {finding}");
            check(&given, (process(1), command), &Then::Ruled(&ruled));
        };
        denied(shutdown(), "holds no grant of operate:*");
        let operators = "only an operator may ask for this; holds no grant of";
        denied(redact(1), &format!("{operators} redact:*"));
        denied(rotate_key(7), &format!("{operators} operate:*"));
        denied(spawn("x", &[]), "holds no grant of spawn:x");
        denied(stop("a"), "holds no grant of stop:a");
        denied(stop("1"), "holds no grant of stop:1");
        denied(send("9"), "holds no grant of send:9");
        denied(subscribe("t/#"), "holds no grant of subscribe:t/#");
        denied(publish("t/x"), "holds no grant of publish:t/x");
        denied(put("/docs", &[]), "holds no grant of put:/docs");
        denied(remove("/docs"), "holds no grant of remove:/docs");
        denied(link("named:a", Relation::Causes, "named:b", 1), "holds no grant of link:*");
        denied(grant(OPERATOR, "send:a"), "holds no grant of send:a");
        denied(revoke(0, 0), "grant 0.0 does not descend from one of the actor's");
        let no_message = "no_such_message: no message 1 in the inbox of process 1";
        check(&given, (process(1), ack(1)), &Then::Rejected(no_message));
        let no_subscription = "not_subscribed: process 1 is not subscribed to t";
        check(&given, (process(1), unsubscribe("t")), &Then::Rejected(no_subscription));
    }

    #[test]
    fn what_is_done_to_the_log_is_an_operators_to_ask_for() {
        let given = [(OPERATOR, spawn("a", &["*:*"]))];
        for command in [redact(1), rotate_key(7)] {
            let denied = "deny: only an operator may ask for this; holds grant 1.0";
            check(&given, (process(1), command.clone()), &Then::Ruled(denied));
            let vouched = "nobody vouches for the caller; only an operator may ask for this";
            let right = if command.kind() == Kind::LOG_REDACT { "redact:*" } else { "operate:*" };
            let denied = format!("deny: {vouched}; holds no grant of {right}");
            check(&given, (STRANGER, command), &Then::Ruled(&denied));
        }
    }

    #[test]
    fn a_right_to_a_process_goes_by_pid_or_by_name() {
        let given = |right| vec![(OPERATOR, spawn("a", &[right])), (OPERATOR, spawn("b", &[]))];
        for right in ["send:b", "send:2", "send:*", "*:*"] {
            for text in ["b", "2"] {
                check(&given(right), (process(1), send(text)), &Then::Happens("ipc.sent"));
            }
        }
        let denied = Then::Ruled("deny: holds no grant of send:b");
        check(&given("send:a"), (process(1), send("b")), &denied);
        let gone = [given("send:b"), vec![(KERNEL, exited(2, 1, Outcome::Code(0)))]].concat();
        check(&gone, (process(1), send("2")), &Then::Ruled("deny: holds no grant of send:2"));
    }

    #[test]
    fn who_is_not_known_is_denied() {
        let no_grant = "holds no grant of publish:t";
        let denied = |actor, finding: &str| {
            let ruled = format!("deny: {finding}; {no_grant}");
            check(&[], (actor, publish("t")), &Then::Ruled(&ruled));
        };
        denied(STRANGER, "nobody vouches for the caller");
        denied(operator(2), "operator:2 is not known here");
        denied(node(1), "node:1 is not known here");
        denied(process(1), "process 1 is not live");
    }

    #[test]
    fn what_nobody_knows_is_denied() {
        let unknown = || unrecognised("fly.away");
        check(&[], (OPERATOR, unknown()), &Then::Ruled("deny: nobody knows this request"));
        let both = Then::Ruled("deny: nobody vouches for the caller; nobody knows this request");
        check(&[], (STRANGER, unknown()), &both);
    }

    #[test]
    fn an_action_that_the_law_does_not_list_is_denied() {
        let denied = "deny: holds grant 0.0; the law has no effect line for topic.publish";
        check_in(&law(""), &submit(OPERATOR, publish("t")), &Then::Ruled(denied));
    }

    #[test]
    fn an_effect_is_weighed_in_every_dimension() {
        let ruled = |effect: &str, then: &Then<'_>| {
            let world = law(&format!("effect topic.publish {effect}"));
            check_in(&world, &submit(OPERATOR, publish("t")), then);
        };
        ruled("risk=99 fairness=1000 privacy=1000", &Then::Happens("topic.published"));
        ruled("risk=199 security=300", &Then::Happens("topic.published"));
        ruled(
            "risk=200",
            &Then::Ruled("defer: holds grant 0.0; risk 200 reaches the defer threshold 200"),
        );
        let deny = "deny: holds grant 0.0; risk 301 reaches the deny threshold 300; \
            security 300 reaches the warn threshold 300";
        ruled("risk=301 security=300", &Then::Ruled(deny));
    }

    #[test]
    fn a_caller_raises_an_effect_and_never_lowers_it() {
        let ruled = |effect: &str, raise, then: &Then<'_>| {
            let world = law(&format!("effect topic.publish {effect}"));
            let raise = Effect::ZERO.with(Dimension::Risk, raise).unwrap();
            let submission =
                Submission { effect_raise: Some(raise), ..submit(OPERATOR, publish("t")) };
            check_in(&world, &submission, then);
        };
        let deferred = |value: u16| {
            format!("defer: holds grant 0.0; risk {value} reaches the defer threshold 200")
        };
        ruled("risk=10", 199, &Then::Happens("topic.published"));
        ruled("risk=10", 200, &Then::Ruled(&deferred(200)));
        ruled("risk=210", 10, &Then::Ruled(&deferred(210)));
    }
}
