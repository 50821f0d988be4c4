//! Interrupts: the key that ends a program, or whoever asks it to end. The first one ends what runs
//! on the server, so that it can be cleaned up; the next one ends the program at once.

use tokio::sync::watch;

/// Exit code of a program that was interrupted, as shells have it.
pub const INTERRUPTED: i32 = 130;

/// Whether this program has been asked to end.
pub(super) struct Interrupts {
    heard: watch::Receiver<bool>,
}

impl Interrupts {
    /// None that is heeded: the system ends the program.
    pub(super) fn not_heeded() -> Self {
        Self { heard: watch::channel(false).1 }
    }

    /// Heeds them from now on, by a task of the runtime that this is called in.
    pub(super) fn heeded() -> Self {
        let (tell, heard) = watch::channel(false);
        let mut signals = Signals::new();
        tokio::spawn(async move {
            signals.next().await;
            // Whoever waits hears it; nobody need wait.
            let _ = tell.send(true);
            signals.next().await;
            std::process::exit(INTERRUPTED);
        });
        Self { heard }
    }

    /// Whether there was one.
    pub(super) fn heard(&self) -> bool {
        *self.heard.borrow()
    }

    /// Waits for one, for ever if none is heeded.
    pub(super) async fn wait(&self) {
        let mut heard = self.heard.clone();
        if heard.wait_for(|heard| *heard).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What asks this program to end.
#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 3]);

#[cfg(unix)]
impl Signals {
    /// Listens to them. One that cannot be listened to does what the system has it do.
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            () = one(interrupt) => {}
            () = one(terminate) => {}
            () = one(hangup) => {}
        }
    }
}

#[cfg(unix)]
async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => std::future::pending().await,
    }
}

/// What asks this program to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn new() -> Self {
        Self
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
