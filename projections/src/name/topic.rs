//! Topics and topic filters.

use super::text::checked_text;

/// Segments of a topic or filter.
pub const TOPIC_SEGMENTS_MAX: usize = 16;
/// Bytes of a segment of a topic or filter.
pub const TOPIC_SEGMENT_BYTES_MAX: usize = 64;

checked_text! {
    /// A topic such as `survey/done`: 1 to 16 segments of 1 to 64 bytes, without white space, control characters,
    /// `+`, `#` or `*`.
    Topic, "topic", check_topic
}
checked_text! {
    /// A pattern of topics, with the wildcards of MQTT 5 (4.7.1): `+` is any one segment; `#`, only at the end, is what
    /// stands before it and everything below: `survey/#` matches `survey`, `survey/done` and `survey/a/b`.
    TopicFilter, "topic filter", check_filter
}

impl Topic {
    /// The segments.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl TopicFilter {
    /// The filter that matches every topic.
    #[must_use]
    pub fn everything() -> Self {
        Self("#".into())
    }

    /// The segments, wildcards included.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether the filter matches a topic.
    #[must_use]
    pub fn matches(&self, topic: &Topic) -> bool {
        self.covers_segments(topic.segments())
    }

    /// Whether every topic that the other filter matches is matched by this one. Conservative: `+/#` does not cover `#`.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.covers_segments(other.segments())
    }

    fn covers_segments<'a>(&self, mut others: impl Iterator<Item = &'a str>) -> bool {
        for own in self.segments() {
            match (own, others.next()) {
                ("#", _) => return true,
                (_, None | Some("#")) => return false,
                ("+", Some(_)) => {}
                (own, Some(other)) if own == other => {}
                (_, Some(_)) => return false,
            }
        }
        others.next().is_none()
    }
}

impl From<&Topic> for TopicFilter {
    /// The filter that matches this topic alone.
    fn from(topic: &Topic) -> Self {
        Self(topic.0.clone())
    }
}

fn check_topic(text: &str) -> Result<(), &'static str> {
    check_segments(text)?;
    if text.contains(['+', '#']) {
        return Err("'+' and '#' belong to filters");
    }
    Ok(())
}

fn check_filter(text: &str) -> Result<(), &'static str> {
    check_segments(text)?;
    let whole = |wildcard: char| {
        text.split('/').all(|segment| !segment.contains(wildcard) || segment.len() == 1)
    };
    if !whole('+') || !whole('#') {
        return Err("'+' and '#' must be whole segments");
    }
    if text.trim_end_matches('#').contains('#') {
        return Err("'#' must come last");
    }
    Ok(())
}

fn check_segments(text: &str) -> Result<(), &'static str> {
    if text.split('/').count() > TOPIC_SEGMENTS_MAX {
        return Err("more than 16 segments");
    }
    text.split('/').try_for_each(|segment| {
        if segment.is_empty() {
            return Err("an empty segment");
        }
        if segment.len() > TOPIC_SEGMENT_BYTES_MAX {
            return Err("a segment longer than 64 bytes");
        }
        if segment.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err("white space or a control character");
        }
        if segment.contains('*') {
            return Err("'*' means any object in a scope");
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter(text: &str) -> TopicFilter {
        TopicFilter::new(text).unwrap()
    }

    #[test]
    fn topics_and_filters_keep_to_their_rules() {
        for text in ["a", "survey/done", "é/ü", &"x".repeat(64), &["a"; 16].join("/")] {
            assert!(Topic::new(text).is_ok() && TopicFilter::new(text).is_ok(), "{text}");
        }
        for text in
            ["", "/a", "a/", "a//b", "a b", "a\t", "*", &"x".repeat(65), &["a"; 17].join("/")]
        {
            assert!(Topic::new(text).is_err() && TopicFilter::new(text).is_err(), "{text}");
        }
        for text in ["+", "#", "a/+", "a/#", "+/b/#"] {
            assert!(Topic::new(text).is_err() && TopicFilter::new(text).is_ok(), "{text}");
        }
        for text in ["a+", "+a", "a#", "##", "#/a", "#/#", "a/#/b"] {
            assert!(TopicFilter::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn matching_follows_mqtt() {
        let check = |pattern: &str, topic: &str, expected: bool| {
            assert_eq!(
                filter(pattern).matches(&Topic::new(topic).unwrap()),
                expected,
                "{pattern} {topic}"
            );
        };
        check("survey/#", "survey", true);
        check("survey/#", "survey/a/b", true);
        check("survey/#", "surveys", false);
        check("survey/+", "survey/a", true);
        check("survey/+", "survey", false);
        check("survey/+", "survey/a/b", false);
        check("#", "a/b", true);
        check("+/b", "a/b", true);
        check("a", "a/b", false);
    }

    #[test]
    fn covering_by_example() {
        let check = |outer: &str, inner: &str, expected: bool| {
            assert_eq!(filter(outer).covers(&filter(inner)), expected, "{outer} {inner}");
        };
        check("#", "#", true);
        check("a/#", "a/+", true);
        check("a/#", "a/b/#", true);
        check("a/#", "a", true);
        check("a/+", "a/#", false);
        check("a/+", "a/+", true);
        check("a/b", "a/+", false);
        check("+", "#", false);
    }

    proptest! {
        #[test]
        fn covers_agrees_with_matches(outer in "([abc+]/){0,2}[abc+#]", inner in "([abc+]/){0,2}[abc+#]", topic in "([abc]/){0,3}[abc]") {
            let (outer, inner, topic) = (filter(&outer), filter(&inner), Topic::new(&topic).unwrap());
            if outer.covers(&inner) && inner.matches(&topic) {
                prop_assert!(outer.matches(&topic));
            }
            prop_assert_eq!(outer.matches(&topic), outer.covers(&TopicFilter::from(&topic)));
        }
    }
}
