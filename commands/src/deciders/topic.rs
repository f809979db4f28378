//! `topic.*`: who wants what, and who gets it.

use weft_projections::{
    events::{Event, TopicPublished, TopicSubscribed, TopicUnsubscribed},
    limits::{SUBSCRIPTIONS_PER_PROCESS_MAX, TOPIC_FANOUT_MAX},
};

use crate::{
    Limited, Rejection,
    deciders::{dispatch::Case, ipc, lookup},
    requests::topic::{Publish, Subscribe, Unsubscribe},
};

pub(super) fn subscribe(case: &Case<'_>, request: &Subscribe) -> Result<Event, Rejection> {
    let pid = lookup::acting_process(case.actor)?;
    let routes = &case.state.ipc_routes;
    let filter = request.filter.clone();
    if routes.is_subscribed(pid, &filter) {
        return Err(Rejection::AlreadySubscribed { pid, filter });
    }
    Limited::Subscriptions
        .check(routes.subscriptions(pid).count() + 1, SUBSCRIPTIONS_PER_PROCESS_MAX)?;
    Ok(Event::TopicSubscribed(TopicSubscribed { pid, filter }))
}

pub(super) fn unsubscribe(case: &Case<'_>, request: &Unsubscribe) -> Result<Event, Rejection> {
    let pid = lookup::acting_process(case.actor)?;
    let filter = request.filter.clone();
    if !case.state.ipc_routes.is_subscribed(pid, &filter) {
        return Err(Rejection::NotSubscribed { pid, filter });
    }
    Ok(Event::TopicUnsubscribed(TopicUnsubscribed { pid, filter }))
}

/// Reaches every subscriber or none: one full inbox refuses the publication, and is named.
pub(super) fn publish(case: &Case<'_>, request: &Publish) -> Result<Event, Rejection> {
    let subscribers = case.state.ipc_routes.matching(&request.topic);
    Limited::Fanout.check(subscribers.len(), TOPIC_FANOUT_MAX)?;
    for pid in subscribers {
        ipc::has_room(case.state, pid)?;
    }
    Ok(Event::TopicPublished(TopicPublished { topic: request.topic.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        OPERATOR, Then, World, check, check_in, pid, process, publish, send, spawn, submit,
        subscribe, unsubscribe,
    };

    #[test]
    fn a_process_subscribes_once_to_a_filter() {
        let given = vec![(OPERATOR, spawn("a", &["subscribe:news/#"]))];
        let filter: weft_projections::TopicFilter = "news/+".parse().unwrap();
        let event = TopicSubscribed { pid: pid(1), filter: filter.clone() };
        check(
            &given,
            (process(1), subscribe("news/+")),
            &Then::Event(Event::TopicSubscribed(event)),
        );
        let subscribed = [given.clone(), vec![(process(1), subscribe("news/+"))]].concat();
        let again = "already_subscribed: process 1 is already subscribed to news/+";
        check(&subscribed, (process(1), subscribe("news/+")), &Then::Rejected(again));
        let event = TopicUnsubscribed { pid: pid(1), filter };
        check(
            &subscribed,
            (process(1), unsubscribe("news/+")),
            &Then::Event(Event::TopicUnsubscribed(event)),
        );
        let never = "not_subscribed: process 1 is not subscribed to news/#";
        check(&subscribed, (process(1), unsubscribe("news/#")), &Then::Rejected(never));
    }

    #[test]
    fn a_subscription_stays_within_its_right() {
        let given = vec![(OPERATOR, spawn("a", &["subscribe:news/+"]))];
        let denied = Then::Ruled("deny: holds no grant of subscribe:news/#");
        check(&given, (process(1), subscribe("news/#")), &denied);
        let denied = Then::Ruled("deny: only a process has an inbox");
        check(&given, (OPERATOR, subscribe("news/a")), &denied);
    }

    #[test]
    fn a_process_has_64_subscriptions() {
        let mut world = World::after(&[(OPERATOR, spawn("a", &["subscribe:*"]))]);
        for number in 0..SUBSCRIPTIONS_PER_PROCESS_MAX {
            world.accept(&(process(1), subscribe(&format!("t/{number}"))));
        }
        let rejected = Then::Rejected("limit: limit of subscriptions of a process reached: 64");
        check_in(&world, &submit(process(1), subscribe("t/x")), &rejected);
    }

    #[test]
    fn a_publication_reaches_everybody_or_nobody() {
        let mut world = World::after(&[
            (OPERATOR, spawn("a", &["subscribe:*"])),
            (OPERATOR, spawn("b", &["subscribe:*"])),
            (process(1), subscribe("news/#")),
            (process(2), subscribe("news/+")),
        ]);
        let event = TopicPublished { topic: "news/x".parse().unwrap() };
        let published = Then::Event(Event::TopicPublished(event));
        check_in(&world, &submit(OPERATOR, publish("news/x")), &published);
        for _ in 0..1024 {
            world.accept(&(OPERATOR, send("b")));
        }
        let full = Then::Rejected("inbox_full: inbox of process 2 is full: 1024 messages");
        check_in(&world, &submit(OPERATOR, publish("news/x")), &full);
        let nobody_full = Then::Happens("topic.published");
        check_in(&world, &submit(OPERATOR, publish("news/x/y")), &nobody_full);
    }

    #[test]
    fn a_publication_reaches_4096_at_most() {
        let mut world = World::new();
        for number in 1..=TOPIC_FANOUT_MAX as u64 + 1 {
            world.accept(&(OPERATOR, spawn(&format!("p{number}"), &["subscribe:*"])));
            world.accept(&(process(number), subscribe("news")));
            if number == TOPIC_FANOUT_MAX as u64 {
                check_in(
                    &world,
                    &submit(OPERATOR, publish("news")),
                    &Then::Happens("topic.published"),
                );
            }
        }
        let rejected = Then::Rejected("limit: limit of subscribers of a publication reached: 4096");
        check_in(&world, &submit(OPERATOR, publish("news")), &rejected);
    }
}
