//! A bar with rate and time left, on a terminal alone.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::observe::Observer;

/// Shows an observer's words as a bar on standard error, if that is a terminal.
#[derive(Debug)]
pub struct Bar {
    shown: bool,
    bar: Mutex<ProgressBar>,
}

impl Bar {
    pub fn new(shown: bool) -> Self {
        Self { shown, bar: Mutex::new(ProgressBar::hidden()) }
    }
}

impl Observer for Bar {
    fn stage(&self, name: &'static str, total: Option<u64>) {
        if !self.shown {
            return;
        }
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let template = if total.is_some() {
            "{msg:18} {bar:30} {percent:>3} %  {per_sec}  {eta} left"
        } else {
            "{msg:18} {spinner} {human_pos}  {per_sec}"
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the templates are valid"));
        bar.set_message(name);
        bar.enable_steady_tick(Duration::from_millis(200));
        let mut current = self.bar.lock().expect("no holder panics");
        current.finish_and_clear();
        *current = bar;
    }

    fn advance(&self, amount: u64) {
        if self.shown {
            self.bar.lock().expect("no holder panics").inc(amount);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Ok(bar) = self.bar.lock() {
            bar.finish_and_clear();
        }
    }
}
