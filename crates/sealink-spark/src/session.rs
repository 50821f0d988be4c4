//! A session on a Spark cluster: statements go there as SQL, small tables and results cross.
//!
//! Nothing of Arrow, gRPC or Spark's own types is seen from outside: columns are plain values.
//! Calls block; what they wait for runs on threads of the session's own.

mod batch;
mod error;
mod interrupts;
mod link;
mod remote;
mod responses;
mod token;
mod upload;

use std::time::Duration;

use spark_connect_proto::analyze_plan_request::explain::ExplainMode;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

pub use batch::{Batch, Column};
pub use error::{Error, Step};
pub use interrupts::INTERRUPTED;
pub use remote::{Remote, RemoteProblem};
pub use upload::Values;

use interrupts::Interrupts;
use link::{Link, command, query};

/// A session with a server. Its temporary views are seen by it alone and go when it is dropped.
pub struct Session {
    runtime: Runtime,
    link: Link,
    interrupts: Interrupts,
}

impl Session {
    /// Begins a session, once the server has said its version.
    ///
    /// # Errors
    ///
    /// The server is not there, wants another token, or a token would cross the network in clear.
    pub fn connect(remote: &Remote) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .map_err(|error| Error::Threads(sealink::reason::reason(&error)))?;
        let link = runtime.block_on(Link::open(remote))?;
        Ok(Self { runtime, link, interrupts: Interrupts::not_heeded() })
    }

    /// From now on, when the program is asked to end (Ctrl-C, or a signal that says so), what runs
    /// on the server is ended and every call fails with [`Error::Interrupted`], but for
    /// [`Session::run_at_the_end`]. Asked once more, the program ends at once.
    pub fn heed_interrupts(&mut self) {
        let _runtime = self.runtime.enter();
        self.interrupts = Interrupts::heeded();
    }

    /// Whether the program was asked to end.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.interrupts.heard()
    }

    /// Does some work, unless the program is asked to end.
    fn block_on<T, E: From<Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if self.interrupted() {
            return Err(Error::Interrupted.into());
        }
        self.runtime.block_on(async {
            let mut work = std::pin::pin!(work);
            tokio::select! {
                () = self.interrupts.wait() => {}
                done = &mut work => return done,
            }
            // What runs there is ended, and its end waited for: after it, nothing more is written.
            let _ = timeout(FAREWELL, self.link.interrupt()).await;
            let _ = timeout(LAST_WORK, work).await;
            Err(Error::Interrupted.into())
        })
    }

    /// The server's own version, such as `4.3.0`, if it tells.
    #[must_use]
    pub fn server_version(&self) -> Option<&str> {
        self.link.server_version()
    }

    /// Runs a statement that gives no rows: one that makes a view, writes a table or sets an
    /// option. It has ended when this returns.
    ///
    /// # Errors
    ///
    /// The statement was refused or failed, or the server went away.
    pub fn run(&self, sql: &str) -> Result<(), Error> {
        self.block_on(self.statement(sql))
    }

    /// The same for a statement that cleans up: it is run whether or not the program has been asked
    /// to end.
    ///
    /// # Errors
    ///
    /// As [`Session::run`], but for interrupts.
    pub fn run_at_the_end(&self, sql: &str) -> Result<(), Error> {
        self.runtime.block_on(self.statement(sql))
    }

    async fn statement(&self, sql: &str) -> Result<(), Error> {
        let mut responses = self.link.execute(Step::Run, command(sql)).await?;
        while responses.next().await?.is_some() {}
        responses.release().await;
        Ok(())
    }

    /// Hands over a query's rows batch by batch, in the query's order, in the memory that one batch
    /// takes (some megabytes). A reader that fails ends the query. The server itself holds what has
    /// been computed and not yet been read.
    ///
    /// # Errors
    ///
    /// The query was refused or failed, the server went away, batches are missing, or what the
    /// reader says.
    pub fn rows<E: From<Error>>(
        &self,
        sql: &str,
        mut reader: impl FnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        self.block_on(async {
            let mut responses = self.link.execute(Step::Rows, query(sql)).await?;
            let read = responses.batches(&mut reader).await;
            responses.release().await;
            read
        })
    }

    /// Makes a table of this program a temporary view, in place of an earlier one of that name.
    ///
    /// # Errors
    ///
    /// The columns differ in length, or the server refused or went away.
    ///
    /// # Panics
    ///
    /// If a name appears twice or there is no column: a table of this program has neither.
    pub fn put(&self, view: &str, columns: Vec<(&str, Values)>) -> Result<(), Error> {
        let relations = upload::relations(columns)?;
        self.block_on(self.link.make_view(view, relations))
    }

    /// How the server would run a query: its plans and what it estimates for each step.
    ///
    /// # Errors
    ///
    /// The query was refused, or the server went away.
    pub fn explain(&self, sql: &str) -> Result<String, Error> {
        self.block_on(self.link.explain(query(sql), ExplainMode::Cost))
    }
}

impl Drop for Session {
    /// Ends the session on the server, if it still answers: its views go.
    fn drop(&mut self) {
        self.runtime.block_on(self.link.close());
    }
}

/// How long the server may take to hear of an end.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long what runs on the server may take to end, once it has been asked to.
const LAST_WORK: Duration = Duration::from_secs(30);

/// One to keep the connection alive while the other reads what came.
const THREADS: usize = 2;
