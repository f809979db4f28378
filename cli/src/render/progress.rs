//! A progress bar on stderr, where stderr is a terminal.

use super::Out;
use indicatif::{ProgressBar, ProgressStyle};

/// How far some work over bytes has come.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(out: &Out, what: &'static str) -> Progress {
        if !out.shows_progress() {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0).with_message(what);
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
        Progress(bar.with_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        ))
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
