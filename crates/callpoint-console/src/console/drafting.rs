//! What staff are writing: changing, sending and editing drafts.

use callpoint_core::{
    model::id::CommandId,
    rules::state::State,
    wire::{error::Invalid, protocol::Request},
};
use callpoint_widget::{driver::Driver, platform::time::now};
use yew::prelude::*;

use super::{Console, FocusTarget};
use crate::{
    composer::draft::{self, ComposerDraft, DraftContext, DraftEdit},
    incident::action_form::ActionForm,
    message::ConsoleMsg,
    platform, sign_in,
};

impl Console {
    pub(super) fn edit(&mut self, ctx: &Context<Self>, edit: DraftEdit) {
        let driver = &ctx.props().driver;
        let Some(id) = self.open else { return };
        if let DraftEdit::Form(Some(form)) = &edit {
            self.focus = Some(FocusTarget::Form);
            if *form == ActionForm::Roles {
                ctx.link().send_future(async { ConsoleMsg::Staff(sign_in::colleagues().await) });
            }
        }
        driver.read(|client| {
            if let Some(incident) = client.cache.state.incidents.get(&id) {
                self.drafts.edit(incident, edit);
            }
        });
        self.drafts.keep(driver);
    }

    pub(super) fn send(&mut self, driver: &Driver) {
        match self.build(driver, ComposerDraft::command) {
            Some(Ok(command)) => {
                self.draft(ComposerDraft::sent);
                self.focus = Some(FocusTarget::Composer);
                self.ask(driver, command);
            }
            Some(Err(invalid)) => self.draft(|draft| draft.error = Some(draft::advice(&invalid))),
            None => {}
        }
        self.drafts.keep(driver);
    }

    pub(super) fn send_form(&mut self, driver: &Driver) {
        match self.build(driver, ComposerDraft::form_request) {
            Some(Ok(request)) => {
                self.draft(ComposerDraft::form_sent);
                self.focus = Some(FocusTarget::Title);
                self.follow = true;
                driver.submit(request);
            }
            Some(Err(invalid)) => self.draft(|draft| draft.form_error = Some(draft::advice(&invalid))),
            None => {}
        }
        self.drafts.keep(driver);
    }

    fn draft(&mut self, change: impl FnOnce(&mut ComposerDraft)) {
        if let Some(id) = self.open {
            self.drafts.with(id, change);
        }
    }

    /// What the open draft asks for, as the rules take it.
    fn build<T>(
        &self,
        driver: &Driver,
        make: impl Fn(&ComposerDraft, DraftContext<'_>) -> Result<T, Invalid>,
    ) -> Option<Result<T, Invalid>> {
        let (id, blank) = (self.open?, ComposerDraft::default());
        let draft = self.drafts.all().get(&id).unwrap_or(&blank);
        driver.read(|client| {
            let vendor = client.cache.vendor.as_ref()?;
            let State { incidents, terms, .. } = &client.cache.state;
            let incident = incidents.get(&id)?;
            let now = client.server_time(now());
            // A field holds this device's time; the promise is kept by the server's.
            let instant = |text: &str| platform::parse_local_time(text).map(|time| client.server_time(time));
            Some(make(draft, DraftContext { incident, vendor, terms, now, instant: &instant }))
        })
    }

    pub(super) fn edit_again(&mut self, driver: &Driver, id: CommandId) {
        let request = driver.read(|client| client.outbox.get(id).map(|entry| entry.submission.request.clone()));
        let Some(Request::Incident(incident, command)) = request else { return };
        let focus = if ActionForm::of(&command).is_some() { FocusTarget::Form } else { FocusTarget::Composer };
        let taken = self.drafts.with(incident, |draft| {
            let room = draft.has_room(&command);
            if room {
                draft.edit_again(command);
            }
            room
        });
        if taken {
            self.focus = Some(focus);
            driver.discard(id);
            self.drafts.keep(driver);
        }
    }
}
