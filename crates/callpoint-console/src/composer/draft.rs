//! What a member of staff is writing about one incident, and the command that comes of it. Switching how far it
//! reaches changes nothing else: words are never lost.

use super::choices::{NextUpdateChoice, ReplyAudience};
use crate::incident::action_form::{ActionForm, Editable, FormEntry, FormInput, InputChange};
use callpoint_core::{
    model::{
        command::{IncidentCommand, Publish, Update, Visibility},
        event::Audience,
        id::{AccountId, ComponentId},
        incident::{Impact, Incident, Status},
        limits::is_blank,
        person::Account,
        policy::{Policy, Terms},
        severity::Severity,
        time::{MINUTE, Time},
    },
    text::{self, fill, say},
    wire::{
        error::{Constraint, Invalid},
        protocol::{Request, Vendor},
    },
};
use callpoint_widget::platform::files::WrittenFiles;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

/// What somebody is writing about one incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ComposerDraft {
    /// The words.
    pub text: String,
    /// How far they shall reach; until chosen, what fits the incident.
    pub mode: Option<ReplyAudience>,
    /// Whom a reply goes to, where there are several.
    pub account: Option<AccountId>,
    /// The status that goes with the update; none: it stays.
    pub status: Option<Status>,
    /// By when the next update comes; until chosen, what fits the severity.
    pub next: Option<NextUpdateChoice>,
    /// The field for a set time.
    pub next_at: String,
    /// The field for the expected end.
    pub eta: String,
    /// The public title.
    pub title: String,
    /// The public impact; until chosen, what fits the severity.
    pub impact: Option<Impact>,
    /// The components that the public update names; until chosen, the incident's.
    pub components: Option<Vec<ComponentId>>,
    /// Whether the list of components is open.
    #[serde(skip)]
    pub choosing: bool,
    /// The files that are added to a reply or a note.
    #[serde(skip)]
    pub files: WrittenFiles,
    /// How to get by meanwhile.
    pub workaround: String,
    /// The open form.
    pub form: Option<ActionForm>,
    /// What was filled in, by form.
    pub filled: Vec<FormEntry>,
    /// What to do about the words before they can be sent.
    #[serde(skip)]
    pub error: Option<String>,
    /// What to do about the form before it can be sent.
    #[serde(skip)]
    pub form_error: Option<String>,
}

/// One change to a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftEdit {
    /// The words.
    Text(String),
    /// How far they reach.
    ReplyAudience(ReplyAudience),
    /// Whom a reply goes to.
    Account(AccountId),
    /// The status with the update.
    Status(Option<Status>),
    /// The promise.
    NextUpdateChoice(NextUpdateChoice),
    /// The promise's set time.
    NextAt(String),
    /// The expected end.
    Eta(String),
    /// The public title.
    Title(String),
    /// The public impact.
    Impact(Impact),
    /// Opens or closes the list of components.
    Choosing(bool),
    /// Names a component, or no longer.
    Component(ComponentId, bool),
    /// How to get by.
    Workaround(String),
    /// Opens a form, or closes it.
    Form(Option<ActionForm>),
    /// Fills in the open form.
    InputChange(InputChange),
}

/// What a draft needs to know to become a command.
#[derive(Clone, Copy)]
pub struct DraftContext<'a> {
    /// What it is about.
    pub incident: &'a Incident,
    /// Who runs this.
    pub vendor: &'a Vendor,
    /// What was agreed with accounts beyond the configuration.
    pub terms: &'a LiteMap<AccountId, Terms>,
    /// The server's time.
    pub now: Time,
    /// Reads a field for date and time, by the server's clock.
    pub instant: &'a dyn Fn(&str) -> Option<Time>,
}

impl DraftContext<'_> {
    /// What the vendor has agreed with itself, as far as a command's limits need it.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { roles: self.vendor.roles.clone(), ..Policy::of(self.vendor.scheme.clone()) }
    }
}

impl ComposerDraft {
    /// Makes a change.
    pub fn edit(&mut self, incident: &Incident, edit: DraftEdit) {
        (self.error, self.form_error) = (None, None);
        match edit {
            DraftEdit::Text(text) => self.text = text,
            DraftEdit::ReplyAudience(mode) => self.mode = Some(mode),
            DraftEdit::Account(account) => self.account = Some(account),
            DraftEdit::Status(status) => self.status = status,
            DraftEdit::NextUpdateChoice(next) => self.next = Some(next),
            DraftEdit::NextAt(at) => self.next_at = at,
            DraftEdit::Eta(eta) => self.eta = eta,
            DraftEdit::Title(title) => self.title = title,
            DraftEdit::Impact(impact) => self.impact = Some(impact),
            DraftEdit::Choosing(choosing) => self.choosing = choosing,
            DraftEdit::Component(component, named) => {
                let mut components = self.components(incident);
                components.retain(|known| *known != component);
                components.extend(named.then_some(component));
                self.components = Some(components);
            }
            DraftEdit::Workaround(workaround) => self.workaround = workaround,
            DraftEdit::Form(form) => self.form = form.filter(|form| form.fits(incident)),
            DraftEdit::InputChange(fill) => {
                if let Some(form) = self.form.clone() {
                    self.fill(form, |filled| filled.fill(fill));
                }
            }
        }
    }

    /// The open form and what was filled in, without the words of the composer.
    #[must_use]
    pub fn of_form(&self) -> Self {
        let Self { form, filled, form_error, .. } = self.clone();
        Self { form, filled, form_error, ..Self::default() }
    }

    /// The words of the composer and what goes with them, without forms.
    #[must_use]
    pub fn of_words(&self) -> Self {
        Self { form: None, filled: Vec::new(), form_error: None, ..self.clone() }
    }

    /// What was filled in to a form.
    #[must_use]
    pub fn filled(&self, form: &ActionForm) -> FormInput {
        self.filled.iter().find(|known| known.form == *form).map(|known| known.filled.clone()).unwrap_or_default()
    }

    /// Fills in a form.
    fn fill(&mut self, form: ActionForm, fill: impl FnOnce(&mut FormInput)) {
        if let Some(known) = self.filled.iter_mut().find(|known| known.form == form) {
            return fill(&mut known.filled);
        }
        let mut filled = FormInput::default();
        fill(&mut filled);
        self.filled.push(FormEntry { form, filled });
    }

    /// How far it reaches: as chosen, else to the one account there is, else no further than staff.
    #[must_use]
    pub fn mode(&self, incident: &Incident) -> ReplyAudience {
        let fitting = if incident.stakes.len() == 1 { ReplyAudience::Reply } else { ReplyAudience::Internal };
        self.mode.filter(|mode| mode.fits(incident)).unwrap_or(fitting)
    }

    /// Whom a reply goes to.
    #[must_use]
    pub fn account<'a>(&self, incident: &'a Incident) -> Option<&'a Account> {
        match &self.account {
            Some(account) => incident.stake(account).map(|stake| &stake.account),
            None if incident.stakes.len() == 1 => incident.stakes.first().map(|stake| &stake.account),
            None => None,
        }
    }

    /// Whom a message reaches; none for an update, and while it is not chosen who gets it.
    #[must_use]
    pub fn message_audience(&self, incident: &Incident) -> Option<Audience> {
        match self.mode(incident) {
            ReplyAudience::Internal => Some(Audience::Internal),
            ReplyAudience::Reply => Some(Audience::Account(self.account(incident)?.id.clone())),
            ReplyAudience::Affected | ReplyAudience::Public => None,
        }
    }

    /// The components that a first public update names.
    #[must_use]
    pub fn components(&self, incident: &Incident) -> Vec<ComponentId> {
        self.components.clone().unwrap_or_else(|| incident.components.clone())
    }

    /// The impact of a first public update.
    #[must_use]
    pub fn impact(&self, incident: &Incident) -> Impact {
        let fitting = match incident.effective_severity() {
            Some(Severity::TOP) => Impact::Major,
            _ => Impact::Minor,
        };
        self.impact.unwrap_or(fitting)
    }

    /// Whether this would make the incident public.
    #[must_use]
    pub fn publishes(&self, incident: &Incident) -> bool {
        self.mode(incident) == ReplyAudience::Public && incident.publication.is_none()
    }

    /// Whether there is anything that would be a pity to lose.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let words = [&self.text, &self.title, &self.workaround];
        words.iter().all(|words| is_blank(words)) && self.filled.iter().all(|known| known.filled.is_blank())
    }

    /// What is asked for when it is sent.
    ///
    /// # Errors
    /// Names the first field that is not as it should be.
    pub fn command(&self, context: DraftContext<'_>) -> Result<IncidentCommand, Invalid> {
        let incident = context.incident;
        let attachments = self.files.ready.clone();
        let named = is_blank(&self.text) && !self.mode(incident).is_update();
        let text = if named { self.files.names.join(", ") } else { self.text.clone() };
        if self.files.pending && !self.mode(incident).is_update() {
            return Err(Invalid::new("attachments", Constraint::Missing));
        }
        let command = match self.mode(incident) {
            ReplyAudience::Internal => IncidentCommand::Message { text, to: Some(Visibility::Internal), attachments },
            ReplyAudience::Reply => {
                let account = self.account(incident).ok_or(Invalid::new("account", Constraint::Missing))?.id.clone();
                IncidentCommand::Message { text, to: Some(Visibility::Account(account)), attachments }
            }
            ReplyAudience::Affected => self.update(context, Visibility::Affected)?,
            ReplyAudience::Public => self.update(context, Visibility::Public)?,
        };
        command.parse(&context.policy(), context.now)
    }

    fn update(&self, context: DraftContext<'_>, to: Visibility) -> Result<IncidentCommand, Invalid> {
        let incident = context.incident;
        let field = |name, text: &str| match text {
            "" => Ok(None),
            text => (context.instant)(text).map(Some).ok_or(Invalid::new(name, Constraint::Malformed)),
        };
        let next_update = match self.next.unwrap_or_else(|| NextUpdateChoice::fitting(incident, &context.vendor.scheme))
        {
            NextUpdateChoice::Unscheduled => None,
            NextUpdateChoice::In(minutes) => Some(context.now.plus(i64::from(minutes) * MINUTE)),
            NextUpdateChoice::At => {
                Some(field("next_update", &self.next_at)?.ok_or(Invalid::new("next_update", Constraint::Past))?)
            }
        };
        let publish = self.publishes(incident).then(|| Publish {
            title: self.title.clone(),
            impact: self.impact(incident),
            components: self.components(incident),
        });
        Ok(IncidentCommand::Update(Update {
            text: self.text.clone(),
            to,
            status: self.status.filter(|status| *status != incident.status),
            next_update: next_update.filter(|_| incident.status.is_open()),
            eta: field("eta", &self.eta)?,
            workaround: Some(self.workaround.clone()).filter(|words| !is_blank(words)),
            publish,
        }))
    }

    /// What the open form asks for.
    ///
    /// # Errors
    /// Names the first field that is not as it should be.
    pub fn form_request(&self, context: DraftContext<'_>) -> Result<Request, Invalid> {
        let form = self.form.as_ref().ok_or(Invalid::new("form", Constraint::Missing))?;
        form.request(&self.filled(form), context)
    }

    /// What was sent is gone from here. How far the next words reach stays as it was, or becomes narrower: what
    /// follows a note is a note, and nothing is published twice by habit.
    pub fn sent(&mut self) {
        let mode = self.mode.filter(|mode| !mode.is_update());
        let (form, filled) = (self.form.take(), core::mem::take(&mut self.filled));
        let files = core::mem::take(&mut self.files);
        *self = Self { mode, form, filled, files, account: self.account.take(), ..Self::default() };
    }

    /// The form was sent.
    pub fn form_sent(&mut self) {
        if let Some(form) = self.form.take() {
            self.filled.retain(|known| known.form != form);
        }
    }

    /// Whether this could be taken up again without losing other words, or mixing it with what was meant for other
    /// eyes.
    #[must_use]
    pub fn has_room(&self, editable: &Editable) -> bool {
        match editable {
            Editable::Form(form, _) => self.filled(form).is_blank(),
            Editable::Message(..) | Editable::Update(_) => is_blank(&self.text),
        }
    }

    /// Takes up again what the server would not take.
    pub fn edit_again(&mut self, editable: Editable) {
        match editable {
            Editable::Form(form, filled) => {
                self.form = Some(form.clone());
                self.fill(form, |known| *known = filled);
            }
            Editable::Message(text, to) => {
                self.text = text;
                (self.mode, self.account) = match to {
                    Some(Visibility::Account(account)) => (Some(ReplyAudience::Reply), Some(account)),
                    // The composer has no message to more than one account.
                    Some(Visibility::Internal | Visibility::Affected | Visibility::Public) | None => {
                        (Some(ReplyAudience::Internal), None)
                    }
                };
            }
            Editable::Update(update) => {
                self.text = update.text;
                self.mode =
                    Some(if update.to == Visibility::Public { ReplyAudience::Public } else { ReplyAudience::Affected });
                self.status = update.status;
                self.workaround = update.workaround.unwrap_or_default();
                if let Some(publish) = update.publish {
                    self.title = publish.title;
                    self.impact = Some(publish.impact);
                    self.components = Some(publish.components);
                }
            }
        }
    }
}

/// What to do about a field, in words.
#[must_use]
pub fn advice(invalid: &Invalid) -> String {
    if let Constraint::TooLong(limit) = invalid.rule {
        return fill(text::TOO_LONG, &[("limit", &limit.to_string())]);
    }
    let key = match invalid.field {
        "title" => text::NEED_TITLE,
        "new_title" => text::NEED_NEW_TITLE,
        "reason" => text::NEED_WHY,
        "severity" if invalid.rule == Constraint::NotLower => text::NEED_LOWER,
        "severity" => text::NEED_LEVEL,
        "account" => text::NEED_ACCOUNT,
        "next_update" | "eta" | "until" => text::NEED_FUTURE,
        "closure_minutes" | "downgrade_minutes" => text::NEED_HOURS,
        "url" => text::NEED_URL,
        "into" => text::NEED_INTO,
        "person" => text::NEED_PERSON,
        "text" => text::NEED_TEXT,
        "attachments" => text::NEED_FILES,
        // Better the server's words than another field's.
        _ => return invalid.to_string(),
    };
    say(key).to_owned()
}
