//! A progress bar on stderr, where stderr is a terminal.

use super::Out;
use indicatif::{ProgressBar, ProgressStyle};

/// How far some work has come.
pub(crate) struct Progress(ProgressBar);

/// Between two of these the bar is not told of every step.
const STEPS_BETWEEN: u64 = 256;

impl Progress {
    /// Of work over bytes.
    pub(crate) fn new(out: &Out, what: &'static str) -> Progress {
        Progress::drawn(out, what, "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}")
    }

    /// Of work over records.
    pub(crate) fn of_records(out: &Out, what: &'static str) -> Progress {
        Progress::drawn(out, what, "{msg} {wide_bar} {human_pos}/{human_len} {per_sec}")
    }

    fn drawn(out: &Out, what: &'static str, template: &str) -> Progress {
        if !out.shows_progress() {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0).with_message(what);
        Progress(bar.with_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        ))
    }

    /// Shows a step of many small ones now and then.
    pub(crate) fn step(&self, done: u64, total: u64) {
        if done.is_multiple_of(STEPS_BETWEEN) || done == total {
            self.show(done, total);
        }
    }

    pub(crate) fn show(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }

    /// Takes the bar off the terminal.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
