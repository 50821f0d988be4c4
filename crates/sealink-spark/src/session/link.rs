//! The connection with a server: plans go out, each with the session's name.

use std::sync::Mutex;

use proto::analyze_plan_request::explain::ExplainMode;
use proto::analyze_plan_request::{Analyze, Explain, SparkVersion};
use proto::command::CommandType;
use proto::plan::OpType;
use proto::relation::RelType;
use spark_connect_core::{RetryPolicy, SparkConnectClient};
use spark_connect_proto as proto;

use super::error::{Error, Step};
use super::remote::Remote;
use super::responses::Responses;

/// A session's connection.
pub(super) struct Link {
    pub(super) client: SparkConnectClient,
    user: proto::UserContext,
    /// The server's own name for its half of the session. A server that began anew has another,
    /// and the views are gone: it says so, if it is told the name.
    server_side: Mutex<Option<String>>,
    version: Option<String>,
}

impl Link {
    /// Opens one, and does not try for long: a wrong address is told at once.
    pub(super) async fn open(remote: &Remote) -> Result<Self, Error> {
        let channel = remote.channel()?;
        let connected = SparkConnectClient::connect(&channel).await;
        let mut client = connected.map_err(|error| Error::of(Step::Connect, &error))?;
        client.set_retry_policy(RetryPolicy::no_retries());
        let user_id = client.user_id().unwrap_or_default().to_owned();
        let user = proto::UserContext { user_id, ..Default::default() };
        let mut link = Self { client, user, server_side: Mutex::default(), version: None };
        link.version = link.ask_version().await?;
        link.client.set_retry_policy(patience());
        Ok(link)
    }

    pub(super) fn server_version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The first question, which shows that the server is there. Sail answers it only where
    /// Python's `pyspark` is installed beside it, and works all the same.
    async fn ask_version(&self) -> Result<Option<String>, Error> {
        let version = Analyze::SparkVersion(SparkVersion {});
        match self.analyze(Step::Connect, version).await {
            Ok(proto::analyze_plan_response::Result::SparkVersion(told)) => Ok(Some(told.version)),
            Ok(_) | Err(Error::Spark { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The server's plan for a query, as text.
    pub(super) async fn explain(
        &self,
        plan: proto::Plan,
        mode: ExplainMode,
    ) -> Result<String, Error> {
        let explain = Explain { plan: Some(plan), explain_mode: mode.into() };
        match self.analyze(Step::Explain, Analyze::Explain(explain)).await? {
            proto::analyze_plan_response::Result::Explain(told) => Ok(told.explain_string),
            _ => Err(Error::Damaged(Step::Explain)),
        }
    }

    async fn analyze(
        &self,
        step: Step,
        analyze: Analyze,
    ) -> Result<proto::analyze_plan_response::Result, Error> {
        let request = proto::AnalyzePlanRequest {
            session_id: self.client.session_id().to_owned(),
            client_observed_server_side_session_id: self.server_side(),
            user_context: Some(self.user.clone()),
            analyze: Some(analyze),
            ..Default::default()
        };
        let answered = self.client.analyze_plan(request).await;
        let response = answered.map_err(|error| Error::of(step, &error))?;
        self.observe(&response.server_side_session_id);
        response.result.ok_or(Error::Damaged(step))
    }

    /// Starts a plan; its responses are read as they come.
    pub(super) async fn execute(
        &self,
        step: Step,
        plan: proto::Plan,
    ) -> Result<Responses<'_>, Error> {
        let request = proto::ExecutePlanRequest {
            session_id: self.client.session_id().to_owned(),
            client_observed_server_side_session_id: self.server_side(),
            user_context: Some(self.user.clone()),
            plan: Some(plan),
            ..Default::default()
        };
        Responses::start(self, step, request).await
    }

    /// Makes relations, all of the same columns, one view.
    pub(super) async fn make_view(
        &self,
        view: &str,
        relations: Vec<proto::Relation>,
    ) -> Result<(), Error> {
        let mut parts = Vec::with_capacity(relations.len());
        for (number, relation) in relations.into_iter().enumerate() {
            let part = format!("{view}__{number}");
            self.do_command(create_view(&part, relation)).await?;
            parts.push(format!("SELECT * FROM `{part}`"));
        }
        let all =
            RelType::Sql(proto::Sql { query: parts.join(" UNION ALL "), ..Default::default() });
        self.do_command(create_view(view, relation(all))).await
    }

    async fn do_command(&self, command: CommandType) -> Result<(), Error> {
        let mut responses = self.execute(Step::Put, plan(command)).await?;
        while responses.next().await?.is_some() {}
        responses.release().await;
        Ok(())
    }

    /// Ends all that the session runs. A server that cannot goes on with it.
    pub(super) async fn interrupt(&self) {
        let _ = self.client.interrupt_all().await;
    }

    /// Ends the session. A server that is gone has ended it by itself.
    pub(super) async fn close(&self) {
        let _ = tokio::time::timeout(FAREWELL, self.client.release_session()).await;
    }

    fn server_side(&self) -> Option<String> {
        self.server_side.lock().expect("no holder of the lock panics").clone()
    }

    /// Keeps the first name that the server gives its half of the session.
    pub(super) fn observe(&self, server_side: &str) {
        let mut known = self.server_side.lock().expect("no holder of the lock panics");
        if known.is_none() && !server_side.is_empty() {
            *known = Some(server_side.to_owned());
        }
    }
}

/// A statement, carried out when it arrives.
pub(super) fn command(sql: &str) -> proto::Plan {
    let input =
        Some(relation(RelType::Sql(proto::Sql { query: sql.to_owned(), ..Default::default() })));
    plan(CommandType::SqlCommand(proto::SqlCommand { input, ..Default::default() }))
}

/// A query for its rows.
pub(super) fn query(sql: &str) -> proto::Plan {
    let sql = RelType::Sql(proto::Sql { query: sql.to_owned(), ..Default::default() });
    proto::Plan { op_type: Some(OpType::Root(relation(sql))) }
}

pub(super) fn relation(of: RelType) -> proto::Relation {
    proto::Relation { common: None, rel_type: Some(of) }
}

fn plan(command: CommandType) -> proto::Plan {
    let command = proto::Command { command_type: Some(command) };
    proto::Plan { op_type: Some(OpType::Command(command)) }
}

fn create_view(name: &str, input: proto::Relation) -> CommandType {
    CommandType::CreateDataframeView(proto::CreateDataFrameViewCommand {
        input: Some(input),
        name: name.to_owned(),
        is_global: false,
        replace: true,
    })
}

/// A connection that broke is tried again after 1, 2, 4 ... 32 seconds.
pub(super) fn patience() -> RetryPolicy {
    RetryPolicy { max_retries: Some(6), ..RetryPolicy::default() }
}

/// How long the end of a session may keep the program.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(5);
