//! What the analysts found, put together.

use super::Counts;
use super::message::Measured;
use super::story::{Broken, Linked, Page, Reported};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Pages that are named.
const PAGES_MAX: usize = 5;

/// The sums over the report.
pub(crate) fn totals(report: &[Reported]) -> Counts {
    let counted = report.iter().map(|line| match &line.measured {
        Measured::Counted { counts, .. } => *counts,
        Measured::Unreadable { .. } => Counts::default(),
    });
    counted.fold(Counts::default(), |one, two| one + two)
}

/// Where the links of the report lead.
pub(crate) fn linked(report: &[Reported]) -> Linked {
    let (mut broken_links, mut times) = (Vec::new(), BTreeMap::new());
    for line in report {
        let Measured::Counted { pages, broken, .. } = &line.measured else { continue };
        for page in pages.iter().filter(|page| **page != line.path) {
            *times.entry(page.clone()).or_default() += 1;
        }
        let told = |target: &String| Broken { path: line.path.clone(), target: target.clone() };
        broken_links.extend(broken.iter().map(told));
    }
    let pages = times.into_iter().map(|(path, linked_from)| Page { path, linked_from });
    let mut most_linked: Vec<Page> = pages.collect();
    most_linked.sort_by_key(|page| Reverse(page.linked_from));
    most_linked.truncate(PAGES_MAX);
    Linked { broken: broken_links, most_linked }
}
