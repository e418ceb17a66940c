//! What is done in the right pane: what staff are writing about the open incident, and what they ask for.

use std::rc::Rc;

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::{IncidentId, Seq},
    },
    text::{self, Key, fill, say},
    wire::protocol::{Request, StaffProfile},
};
use callpoint_widget::{
    context::ReaderContext,
    driver::{Driver, Subscription},
};
use web_sys::Element;
use yew::prelude::*;

use super::{IncidentView, action_form::ActionForm, timeline};
use crate::{
    composer::{choices::ReplyAudience, draft::DraftEdit, drafts::DraftStore},
    controls::{SendMessage, button},
    layout::Instead,
    message::{ConsoleMsg, IncidentKey, IncidentMsg},
    platform::{self, KeyListener},
    scene::Scene,
};

/// What the pane needs.
#[derive(PartialEq, Properties)]
pub struct IncidentPaneProps {
    /// Sends messages to the console.
    pub console: Callback<ConsoleMsg>,
    /// The client machine at work.
    pub driver: Driver,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What stands in its place.
    pub instead: Option<Instead>,
}

/// Where the focus goes once the pane is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FocusTarget {
    Title,
    Composer,
    Form,
}

/// The pane.
pub struct IncidentPane {
    pub(super) drafts: DraftStore,
    /// Those of staff whom a role can be handed to, once they are known.
    staff: Rc<Vec<StaffProfile>>,
    /// The last entry of the open incident that was on screen, once it was.
    read_aloud: Option<Seq>,
    /// What screen readers announce.
    said: String,
    pub(super) focus: Option<FocusTarget>,
    page: NodeRef,
    send: SendMessage,
    _subscription: Subscription,
    keys: Option<KeyListener>,
}

impl Component for IncidentPane {
    type Message = IncidentMsg;
    type Properties = IncidentPaneProps;

    fn create(ctx: &Context<Self>) -> Self {
        // An incident may be open from the start, by a link.
        ctx.link().send_message(IncidentMsg::Changed);
        Self {
            drafts: DraftStore::default(),
            staff: Rc::default(),
            read_aloud: None,
            said: String::new(),
            focus: ctx.props().open.map(|_| FocusTarget::Title),
            page: NodeRef::default(),
            send: ctx.link().callback(|msg| msg),
            _subscription: ctx.props().driver.subscribe(ctx.link().callback(|()| IncidentMsg::Changed)),
            keys: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, earlier: &IncidentPaneProps) -> bool {
        if ctx.props().open != earlier.open {
            self.read_aloud = None;
            self.said.clear();
            self.focus = ctx.props().open.map(|_| FocusTarget::Title);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: IncidentMsg) -> bool {
        let IncidentPaneProps { console, driver, open, .. } = ctx.props();
        match msg {
            IncidentMsg::Changed => {
                open.iter().for_each(|id| driver.mark_read(*id));
                let restored = self.drafts.restore(driver);
                if restored {
                    self.tell_drafted(ctx);
                }
                return self.announce(driver, *open) || restored;
            }
            IncidentMsg::Key(key) => self.press(ctx, key),
            IncidentMsg::Open(id) => {
                console.emit(ConsoleMsg::Open(id));
                return false;
            }
            IncidentMsg::Leave => {
                console.emit(ConsoleMsg::Leave);
                return false;
            }
            IncidentMsg::ShowAll => {
                console.emit(ConsoleMsg::ShowAll);
                return false;
            }
            IncidentMsg::Staff(staff) => self.staff = staff.into(),
            IncidentMsg::Command(command) => self.ask(ctx, command),
            IncidentMsg::EditDraft(edit) => self.edit(ctx, edit),
            IncidentMsg::Files(id, files) => self.drafts.with(id, |draft| draft.files = files),
            IncidentMsg::Send => self.send(ctx),
            IncidentMsg::SendForm => self.send_form(ctx),
            IncidentMsg::EditAgain(id) => self.edit_again(ctx, id),
            IncidentMsg::Discard(id) => {
                driver.discard(id);
                return false;
            }
            IncidentMsg::RetryNow => {
                driver.retry_now();
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = &self.send;
        let pane = match ctx.props().open {
            None => match &ctx.props().instead {
                None => nothing_open(),
                Some(instead) => in_place(instead, send),
            },
            Some(id) => {
                let draft = self.drafts.all().get(&id).cloned().unwrap_or_default();
                html! { <IncidentView key={id.to_string()} {send} {id} {draft} staff={self.staff.clone()} /> }
            }
        };
        html! {
            <>
                <main class="pane incident" ref={self.page.clone()}>{ pane }</main>
                <p class="unseen" aria-live="polite">{ &self.said }</p>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            let link = ctx.link().clone();
            self.keys = platform::on_key(move |key| {
                let key = IncidentKey::of(key).map(IncidentMsg::Key);
                let known = key.is_some();
                key.into_iter().for_each(|msg| link.send_message(msg));
                known
            });
        }
        let (Some(target), Some(page)) = (self.focus.take(), self.page.cast::<Element>()) else { return };
        let _ = match target {
            FocusTarget::Title => platform::focus(&page, "#incident-title"),
            FocusTarget::Composer => platform::focus(&page, ".compose"),
            FocusTarget::Form => {
                platform::focus(&page, ".form input:checked")
                    || platform::focus(&page, ".form :is(input, textarea, select, button):enabled")
            }
        };
    }
}

impl IncidentPane {
    fn press(&mut self, ctx: &Context<Self>, key: IncidentKey) {
        let IncidentPaneProps { console, open, .. } = ctx.props();
        match key {
            IncidentKey::Write => self.focus = open.map(|_| FocusTarget::Composer),
            IncidentKey::Note if open.is_some() => {
                self.edit(ctx, DraftEdit::ReplyAudience(ReplyAudience::Internal));
                self.focus = Some(FocusTarget::Composer);
            }
            IncidentKey::Note => {}
            IncidentKey::Form(form) => self.edit(ctx, DraftEdit::Form(Some(form))),
            IncidentKey::Back if open.is_some_and(|id| self.drafts.has_form(id)) => {
                self.edit(ctx, DraftEdit::Form(None));
                self.focus = Some(FocusTarget::Title);
            }
            IncidentKey::Back if open.is_some() => console.emit(ConsoleMsg::Leave),
            IncidentKey::Back => console.emit(ConsoleMsg::Components(false)),
        }
    }

    /// Reads out what is new in the open incident, once it was loaded. Whether there is something else to read out.
    fn announce(&mut self, driver: &Driver, open: Option<IncidentId>) -> bool {
        let Some(id) = open else { return false };
        let read_aloud = self.read_aloud;
        let (last, said) = driver.read(|client| match ReaderContext::of(client, None) {
            Some(reader) => timeline::announcement(&Scene::new(client, &reader, driver.now()), id, read_aloud),
            None => (None, None),
        });
        self.read_aloud = last.or(read_aloud);
        let Some(said) = said else { return false };
        self.said = said;
        true
    }

    pub(super) fn ask(&self, ctx: &Context<Self>, command: IncidentCommand) {
        if let Some(id) = ctx.props().open {
            self.submit(ctx, Request::Incident(id, command));
        }
    }

    /// What is asked for stands at the timeline's end.
    pub(super) fn submit(&self, ctx: &Context<Self>, request: Request) {
        let page = self.page.cast::<Element>();
        if let Some(timeline) = page.and_then(|page| page.query_selector(".timeline-box").ok().flatten()) {
            // It is laid out from its end, which is where it begins.
            timeline.set_scroll_top(0);
        }
        ctx.props().driver.submit(request);
    }

    /// A form opens; those of roles and of access need to know who of staff there is.
    pub(super) fn opened(&mut self, ctx: &Context<Self>, form: &ActionForm) {
        self.focus = Some(FocusTarget::Form);
        if matches!(form, ActionForm::Roles | ActionForm::GiveAccess) {
            ctx.link().send_future(async { IncidentMsg::Staff(crate::sign_in::colleagues().await) });
        }
    }
}

/// Why there is no incident, and the way to those that are there.
fn in_place(instead: &Instead, send: &SendMessage) -> Html {
    let key = match instead {
        Instead::Seeking(_) => return html! { <p class="hollow" role="status">{ say(text::LOADING) }</p> },
        Instead::NoIncident => text::INCIDENT_NOT_FOUND,
        Instead::NoPlace => text::ADDRESS_NOT_FOUND,
    };
    not_found(key, send)
}

/// Says what is not there, with the way back.
pub(super) fn not_found(key: Key, send: &SendMessage) -> Html {
    html! {
        <div class="hollow">
            <p role="alert">{ say(key) }</p>
            { button("", text::SHOW_ALL_OPEN, send, IncidentMsg::ShowAll) }
        </div>
    }
}

fn nothing_open() -> Html {
    let keys = [("move", "j k"), ("open", "Enter"), ("all", "?")];
    html! {
        <div class="hollow">
            <p>{ say(text::SELECT_INCIDENT) }</p>
            <p class="quiet">{ fill(text::KEYS_HINT, &keys) }</p>
        </div>
    }
}
