//! What staff are writing: changing, sending and editing drafts.

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::{CommandId, IncidentId},
    },
    rules::state::State,
    wire::{error::Invalid, protocol::Request},
};
use callpoint_widget::platform::{
    files::{self, WrittenFiles},
    time::now,
};
use yew::prelude::*;

use super::{
    action_form::Editable,
    pane::{FocusTarget, IncidentPane},
};
use crate::{
    composer::draft::{self, ComposerDraft, DraftContext, DraftEdit},
    message::ConsoleMsg,
    platform,
};

impl IncidentPane {
    pub(super) fn edit(&mut self, ctx: &Context<Self>, edit: DraftEdit) {
        let Some(id) = ctx.props().open else { return };
        if let DraftEdit::Form(Some(form)) = &edit {
            self.opened(ctx, form);
        }
        ctx.props().driver.read(|client| {
            if let Some(incident) = client.cache.state.incidents.get(&id) {
                self.drafts.with(id, |draft| draft.edit(incident, edit));
            }
        });
        self.keep(ctx);
    }

    pub(super) fn send(&mut self, ctx: &Context<Self>) {
        let Some((id, command)) = self.build(ctx, ComposerDraft::command) else { return };
        match command {
            Ok(command) => {
                self.drafts.with(id, ComposerDraft::sent);
                if let IncidentCommand::Message { attachments, .. } = &command
                    && !attachments.is_empty()
                    && let Some(files) = ctx.props().driver.files()
                {
                    self.drafts.with(id, |draft| draft.files = WrittenFiles::default());
                    files::sent(&files, &id.text(), attachments);
                }
                self.focus = Some(FocusTarget::Composer);
                self.ask(ctx, command);
            }
            Err(invalid) => self.drafts.with(id, |draft| draft.error = Some(draft::advice(&invalid))),
        }
        self.keep(ctx);
    }

    pub(super) fn send_form(&mut self, ctx: &Context<Self>) {
        let Some((id, request)) = self.build(ctx, ComposerDraft::form_request) else { return };
        match request {
            Ok(request) => {
                self.drafts.with(id, ComposerDraft::form_sent);
                self.focus = Some(FocusTarget::Title);
                self.submit(ctx, request);
            }
            Err(invalid) => self.drafts.with(id, |draft| draft.form_error = Some(draft::advice(&invalid))),
        }
        self.keep(ctx);
    }

    /// What the open draft asks for, as the rules take it.
    fn build<T>(
        &self,
        ctx: &Context<Self>,
        make: impl Fn(&ComposerDraft, DraftContext<'_>) -> Result<T, Invalid>,
    ) -> Option<(IncidentId, Result<T, Invalid>)> {
        let (id, blank) = (ctx.props().open?, ComposerDraft::default());
        let draft = self.drafts.all().get(&id).unwrap_or(&blank);
        ctx.props().driver.read(|client| {
            let vendor = client.cache.vendor.as_ref()?;
            let State { incidents, terms, .. } = &client.cache.state;
            let incident = incidents.get(&id)?;
            let now = client.server_time(now());
            // A field holds this device's time; the promise is kept by the server's.
            let instant = |text: &str| platform::parse_local_time(text).map(|time| client.server_time(time));
            Some((id, make(draft, DraftContext { incident, vendor, terms, now, instant: &instant })))
        })
    }

    pub(super) fn edit_again(&mut self, ctx: &Context<Self>, id: CommandId) {
        let driver = &ctx.props().driver;
        let request = driver.read(|client| client.outbox.get(id).map(|entry| entry.submission.request.clone()));
        let Some(Request::Incident(incident, command)) = request else { return };
        let Some(editable) = Editable::of(command) else { return };
        let focus = match editable {
            Editable::Form(..) => FocusTarget::Form,
            Editable::Message(..) | Editable::Update(_) => FocusTarget::Composer,
        };
        let taken = self.drafts.with(incident, |draft| {
            let room = draft.has_room(&editable);
            if room {
                draft.edit_again(editable);
            }
            room
        });
        if taken {
            self.focus = Some(focus);
            driver.discard(id);
            self.keep(ctx);
        }
    }

    fn keep(&mut self, ctx: &Context<Self>) {
        self.drafts.keep(&ctx.props().driver);
        self.tell_drafted(ctx);
    }

    /// The rows of the queue say what is being written about.
    pub(super) fn tell_drafted(&mut self, ctx: &Context<Self>) {
        if let Some(begun) = self.drafts.newly_begun() {
            ctx.props().console.emit(ConsoleMsg::Drafted(begun));
        }
    }
}
