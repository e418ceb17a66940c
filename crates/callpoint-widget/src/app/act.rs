//! What people do in a thread: write, turn their key, answer, join, take a refused word up again. Its code is fetched
//! later than the form's.

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::{CommandId, PersonId},
        severity::Severity,
    },
    wire::protocol::Request,
};

use super::Callpoint;
use crate::{
    driver::Driver,
    msg::{Msg, Page, Saying, Writing},
};

impl Callpoint {
    /// What people do in threads. Never inlined: its code is fetched later than the form's.
    #[inline(never)]
    pub(super) fn act(&mut self, driver: &Driver, msg: Msg) {
        match msg {
            Msg::EditAgain(id) => self.edit_again(driver, id),
            Msg::Say => self.say(driver),
            Msg::Confirm => self.command(driver, IncidentCommand::Confirm {}),
            Msg::Agree => self.command(driver, IncidentCommand::AcceptDowngrade {}),
            Msg::Follow(true) => self.command(driver, IncidentCommand::Follow {}),
            Msg::Follow(false) => self.command(driver, IncidentCommand::Unfollow {}),
            Msg::Begin(saying) => {
                self.writing.saying = saying;
                self.writing.severity = None;
            }
            Msg::Finish => self.finish(driver),
            _ => {}
        }
    }

    fn edit_again(&mut self, driver: &Driver, id: CommandId) {
        let request = driver.read(|client| client.outbox.get(id).map(|kept| kept.submission.request.clone()));
        driver.discard(id);
        match request {
            Some(Request::Report(draft)) => {
                self.chose = true;
                self.draft = draft;
                self.turn_to(driver, Page::Report);
            }
            Some(Request::Incident(_, command)) => self.writing = unsaid(command),
            _ => {}
        }
    }

    fn say(&mut self, driver: &Driver) {
        let text = core::mem::take(&mut self.writing.message);
        if !text.trim().is_empty() {
            self.command(driver, IncidentCommand::Message { text, to: None });
        }
    }

    /// Sends what was begun beside the message.
    fn finish(&mut self, driver: &Driver) {
        let Writing { saying, reason, severity, .. } = core::mem::take(&mut self.writing);
        let reason = reason.trim().to_owned();
        let severity = severity.unwrap_or(Severity::TOP);
        self.command(
            driver,
            match saying {
                Saying::Nothing => return,
                Saying::NotFixed => IncidentCommand::Dispute { reason },
                Saying::Again => IncidentCommand::Reopen { reason },
                Saying::NotLess => IncidentCommand::RefuseDowngrade { reason },
                Saying::HowBad => IncidentCommand::SetSeverity { severity, reason },
                Saying::UsToo => IncidentCommand::Join { severity, text: reason },
                Saying::LetIn => match PersonId::parse(&reason) {
                    Some(person) => IncidentCommand::Invite { person, name: reason },
                    None => return,
                },
            },
        );
    }

    fn command(&self, driver: &Driver, command: IncidentCommand) {
        if let Page::Thread(id) = self.page {
            driver.submit(Request::Incident(id, command));
        }
    }
}

/// What was refused, to be written again.
fn unsaid(command: IncidentCommand) -> Writing {
    let begun = |saying, reason, severity| Writing { saying, reason, severity, ..Writing::default() };
    match command {
        IncidentCommand::Message { text, .. } => Writing { message: text, ..Writing::default() },
        IncidentCommand::Dispute { reason } => begun(Saying::NotFixed, reason, None),
        IncidentCommand::Reopen { reason } => begun(Saying::Again, reason, None),
        IncidentCommand::RefuseDowngrade { reason } => begun(Saying::NotLess, reason, None),
        IncidentCommand::SetSeverity { severity, reason } => begun(Saying::HowBad, reason, Some(severity)),
        IncidentCommand::Join { severity, text } => begun(Saying::UsToo, text, Some(severity)),
        _ => Writing::default(),
    }
}
