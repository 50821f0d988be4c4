//! Panics: none shows a payload, and those of libraries over foreign bytes become plain errors.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs work of a library over bytes from outside; if it panics, there is no result.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.set(before);
    result
}

/// Installs a panic hook that names the place in the program and never the panic's message,
/// which may hold a cell.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|panic| {
        if GUARDED.get() {
            return;
        }
        let place = panic.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}", file_name(at.file()), at.line()),
        );
        // A closed standard error is no reason to panic again.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!(
                "sealink: internal error at {place}; nothing was published. Please report it\n"
            ),
        );
    }));
}

/// The place below `src`, without the folders of the machine that built the program.
fn file_name(path: &str) -> &str {
    path.rsplit_once("/src/").map_or(path, |(_, below)| below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_under_guard_is_no_result() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("of a library") }), None);
        assert!(!GUARDED.get());
    }
}
