//! What became of a page is written back into the log.

use callpoint_core::{
    model::{
        command::Command,
        event::PageOutcome,
        id::{IncidentId, Seq},
    },
    wire::error::ErrorCode,
};

use super::send::POLL_INTERVAL;
use crate::{
    clock::Clock,
    engine::writer::{WriteRequest, Writer},
    store::Store,
};

/// Writes it back.
#[derive(Clone)]
pub(super) struct Reporter {
    pub store: Store,
    pub writer: Writer,
    pub clock: Clock,
}

impl Reporter {
    /// Says once what became of a page; the rules drop what says nothing new.
    pub async fn report(&self, incident: IncidentId, page: Seq, outcome: PageOutcome, connector: &str) {
        let command = Command::PageHandled { page, outcome, connector: connector.to_owned() };
        while let Some(write) = WriteRequest::by_system(incident, command.clone(), self.clock.now()) {
            match self.writer.write(write).await {
                Err(problem) if problem.code == ErrorCode::Unavailable => {
                    tracing::warn!(error = %problem, "what became of a page could not be recorded; trying again");
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                Err(problem) => {
                    tracing::error!(error = %problem, "what became of a page was not recorded");
                    return;
                }
                Ok(_) => return,
            }
        }
    }
}
