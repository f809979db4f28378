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
