//! The answers to one plan, in their order, whole: a connection that breaks is taken up where it
//! broke, and a server that ends its stream without saying that this was all is asked for the rest
//! (Spark does so every two minutes). The client library's own stream takes such an end for the
//! end of the result.

use std::time::Duration;

use proto::execute_plan_response::{ArrowBatch, ResponseType};
use spark_connect_core::reattach::ExecutePlanResponseReattachableIterator as Cursor;
use spark_connect_core::{RetryPolicyState, SparkError};
use spark_connect_proto as proto;
use tonic::Streaming;

use super::batch::Batch;
use super::error::{Error, Step, is_passing};
use super::link::{Link, patience};

/// What comes back for one plan.
pub(super) struct Responses<'a> {
    link: &'a Link,
    step: Step,
    cursor: Cursor,
    stream: Streaming<proto::ExecutePlanResponse>,
    patience: RetryPolicyState,
}

impl<'a> Responses<'a> {
    /// Sends the plan.
    pub(super) async fn start(
        link: &'a Link,
        step: Step,
        request: proto::ExecutePlanRequest,
    ) -> Result<Self, Error> {
        let cursor = Cursor::new(request);
        let mut patience = RetryPolicyState::new(patience());
        loop {
            // The operation has a name of its own, and so is not done twice.
            let error = match link.client.execute_plan(cursor.request().clone()).await {
                Ok(stream) => return Ok(Self { link, step, cursor, stream, patience }),
                Err(error) if error.error_class.ends_with(ALREADY_THERE) => {
                    match link.client.reattach_execute(cursor.create_reattach_request().await).await
                    {
                        Ok(stream) => return Ok(Self { link, step, cursor, stream, patience }),
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            wait(step, &mut patience, &error).await?;
        }
    }

    /// The next one, or nothing once the server has said that it was the last.
    pub(super) async fn next(&mut self) -> Result<Option<ResponseType>, Error> {
        while !self.cursor.is_completed().await {
            match self.stream.message().await {
                Ok(Some(response)) => {
                    self.patience = RetryPolicyState::new(patience());
                    self.cursor.set_last_response_id(&response).await;
                    self.link.observe(&response.server_side_session_id);
                    if let Some(told) = response.response_type {
                        return Ok(Some(told));
                    }
                }
                Ok(None) => self.reattach().await?,
                Err(status) => {
                    let error = SparkError::from_grpc_status(status);
                    wait(self.step, &mut self.patience, &error).await?;
                    self.reattach().await?;
                }
            }
        }
        Ok(None)
    }

    async fn reattach(&mut self) -> Result<(), Error> {
        loop {
            let request = self.cursor.create_reattach_request().await;
            match self.link.client.reattach_execute(request).await {
                Ok(stream) => {
                    self.stream = stream;
                    return Ok(());
                }
                Err(error) => wait(self.step, &mut self.patience, &error).await?,
            }
        }
    }

    /// Hands over every batch of rows.
    pub(super) async fn batches<E: From<Error>>(
        &mut self,
        reader: &mut impl FnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rows_before = 0;
        while let Some(told) = self.next().await? {
            if let ResponseType::ArrowBatch(part) = told {
                for batch in self.batch(part, &mut rows_before)? {
                    reader(batch)?;
                }
            }
        }
        Ok(())
    }

    /// A response's rows, if they are those that follow.
    fn batch(&self, part: ArrowBatch, rows_before: &mut i64) -> Result<Vec<Batch>, Error> {
        let damaged = || Error::Damaged(self.step);
        if part.start_offset.is_some_and(|start| start != *rows_before) {
            return Err(damaged());
        }
        let batches = Batch::read(part.data).ok_or_else(damaged)?;
        let rows = batches.iter().map(Batch::rows).sum::<usize>();
        if i64::try_from(rows) != Ok(part.row_count) {
            return Err(damaged());
        }
        *rows_before += part.row_count;
        Ok(batches)
    }

    /// Lets the server forget the answers, and end the plan if it is still at it. It does so by
    /// itself after some minutes.
    pub(super) async fn release(self) {
        let request = self.cursor.create_release_request(true).await;
        let _ = self.link.client.release_execute(request).await;
    }
}

/// Waits before the next try, or says that there is none.
async fn wait(
    step: Step,
    patience: &mut RetryPolicyState,
    error: &SparkError,
) -> Result<(), Error> {
    let pause = if is_passing(error) { patience.next_attempt(None) } else { None };
    let pause = pause.ok_or_else(|| Error::of(step, error))?;
    tokio::time::sleep(Duration::from_millis(pause)).await;
    Ok(())
}

/// The end of the class of an error: the plan had arrived, its answer had not.
const ALREADY_THERE: &str = "OPERATION_ALREADY_EXISTS";
