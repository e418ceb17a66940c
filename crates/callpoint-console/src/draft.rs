//! What a member of staff is writing about one incident, and the command that comes of it. Switching how far it
//! reaches changes nothing else: words are never lost.

use crate::{
    form::{Fill, Filled, Form, Opened},
    mode::{Mode, Next},
};
use callpoint_core::{
    model::{
        command::{IncidentCommand, Publish, Update, Visibility},
        id::{AccountId, ComponentId},
        incident::{Impact, Incident, Status},
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
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

/// What somebody is writing about one incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The words.
    pub text: String,
    /// How far they shall reach; until chosen, what fits the incident.
    pub mode: Option<Mode>,
    /// Whom a reply goes to, where there are several.
    pub account: Option<AccountId>,
    /// The status that goes with the news; none: it stays.
    pub status: Option<Status>,
    /// By when the next update comes; until chosen, what fits the severity.
    pub next: Option<Next>,
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
    /// How to get by meanwhile.
    pub workaround: String,
    /// The open form.
    pub form: Option<Form>,
    /// What was filled in, by form.
    pub filled: Vec<Opened>,
    /// What to do about the words before they can be sent.
    #[serde(skip)]
    pub fault: Option<String>,
    /// What to do about the form before it can be sent.
    #[serde(skip)]
    pub form_fault: Option<String>,
}

/// One change to a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The words.
    Text(String),
    /// How far they reach.
    Mode(Mode),
    /// Whom a reply goes to.
    Account(AccountId),
    /// The status with the news.
    Status(Option<Status>),
    /// The promise.
    Next(Next),
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
    Form(Option<Form>),
    /// Fills in the open form.
    Fill(Fill),
}

/// What a draft needs to know to become a command.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
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

impl Desk<'_> {
    /// What the vendor has agreed with itself, as far as a command's limits need it.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { roles: self.vendor.roles.clone(), ..Policy::of(self.vendor.scheme.clone()) }
    }
}

impl Draft {
    /// Makes a change.
    pub fn edit(&mut self, incident: &Incident, edit: Edit) {
        (self.fault, self.form_fault) = (None, None);
        match edit {
            Edit::Text(text) => self.text = text,
            Edit::Mode(mode) => self.mode = Some(mode),
            Edit::Account(account) => self.account = Some(account),
            Edit::Status(status) => self.status = status,
            Edit::Next(next) => self.next = Some(next),
            Edit::NextAt(at) => self.next_at = at,
            Edit::Eta(eta) => self.eta = eta,
            Edit::Title(title) => self.title = title,
            Edit::Impact(impact) => self.impact = Some(impact),
            Edit::Choosing(choosing) => self.choosing = choosing,
            Edit::Component(component, named) => {
                let mut components = self.components(incident);
                components.retain(|known| *known != component);
                components.extend(named.then_some(component));
                self.components = Some(components);
            }
            Edit::Workaround(workaround) => self.workaround = workaround,
            Edit::Form(form) => self.form = form.filter(|form| form.fits(incident)),
            Edit::Fill(fill) => {
                if let Some(form) = self.form.clone() {
                    self.fill(form, |filled| filled.fill(fill));
                }
            }
        }
    }

    /// What was filled in to a form.
    #[must_use]
    pub fn filled(&self, form: &Form) -> Filled {
        self.filled.iter().find(|known| known.form == *form).map(|known| known.filled.clone()).unwrap_or_default()
    }

    /// Fills in a form.
    fn fill(&mut self, form: Form, fill: impl FnOnce(&mut Filled)) {
        if let Some(known) = self.filled.iter_mut().find(|known| known.form == form) {
            return fill(&mut known.filled);
        }
        let mut filled = Filled::default();
        fill(&mut filled);
        self.filled.push(Opened { form, filled });
    }

    /// How far it reaches: as chosen, else to the one account there is, else no further than staff.
    #[must_use]
    pub fn mode(&self, incident: &Incident) -> Mode {
        let fitting = if incident.stakes.len() == 1 { Mode::Reply } else { Mode::Internal };
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
        self.mode(incident) == Mode::Public && incident.publication.is_none()
    }

    /// Whether there is anything that would be a pity to lose.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let words = [&self.text, &self.title, &self.workaround];
        words.iter().all(|words| words.trim().is_empty()) && self.filled.iter().all(|known| known.filled.is_blank())
    }

    /// What is asked for when it is sent.
    ///
    /// # Errors
    /// Names the first field that is not as it should be.
    pub fn command(&self, desk: Desk<'_>) -> Result<IncidentCommand, Invalid> {
        let incident = desk.incident;
        let text = self.text.clone();
        let command = match self.mode(incident) {
            Mode::Internal => IncidentCommand::Message { text, to: Some(Visibility::Internal) },
            Mode::Reply => {
                let account = self.account(incident).ok_or(Invalid::new("account", Constraint::Missing))?.id.clone();
                IncidentCommand::Message { text, to: Some(Visibility::Account(account)) }
            }
            Mode::Affected => self.update(desk, Visibility::Affected)?,
            Mode::Public => self.update(desk, Visibility::Public)?,
        };
        command.parse(&desk.policy(), desk.now)
    }

    fn update(&self, desk: Desk<'_>, to: Visibility) -> Result<IncidentCommand, Invalid> {
        let incident = desk.incident;
        let field = |name, text: &str| match text {
            "" => Ok(None),
            text => (desk.instant)(text).map(Some).ok_or(Invalid::new(name, Constraint::Malformed)),
        };
        let next_update = match self.next.unwrap_or_else(|| Next::fitting(incident, &desk.vendor.scheme)) {
            Next::Untold => None,
            Next::In(minutes) => Some(desk.now.plus(i64::from(minutes) * MINUTE)),
            Next::At => {
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
            workaround: Some(self.workaround.clone()).filter(|words| !words.trim().is_empty()),
            publish,
        }))
    }

    /// What the open form asks for.
    ///
    /// # Errors
    /// Names the first field that is not as it should be.
    pub fn form_request(&self, desk: Desk<'_>) -> Result<Request, Invalid> {
        let form = self.form.as_ref().ok_or(Invalid::new("form", Constraint::Missing))?;
        form.request(&self.filled(form), desk)
    }

    /// What was sent is gone from here. How far the next words reach stays as it was, or becomes narrower: what
    /// follows a note is a note, and nothing is published twice by habit.
    pub fn sent(&mut self) {
        let mode = self.mode.filter(|mode| !mode.is_update());
        let (form, filled) = (self.form.take(), core::mem::take(&mut self.filled));
        *self = Self { mode, form, filled, account: self.account.take(), ..Self::default() };
    }

    /// The form was sent.
    pub fn form_sent(&mut self) {
        if let Some(form) = self.form.take() {
            self.filled.retain(|known| known.form != form);
        }
    }

    /// Whether these words could be taken up again without losing others, or mixing them with what was meant for
    /// other eyes.
    #[must_use]
    pub fn has_room(&self, command: &IncidentCommand) -> bool {
        match Form::of(command) {
            Some((form, _)) => self.filled(&form).is_blank(),
            None => self.text.trim().is_empty(),
        }
    }

    /// Takes up again what the server would not take.
    pub fn take_up(&mut self, command: IncidentCommand) {
        if let Some((form, filled)) = Form::of(&command) {
            self.form = Some(form.clone());
            self.fill(form, |known| *known = filled);
            return;
        }
        match command {
            IncidentCommand::Message { text, to } => {
                self.text = text;
                (self.mode, self.account) = match to {
                    Some(Visibility::Account(account)) => (Some(Mode::Reply), Some(account)),
                    _ => (Some(Mode::Internal), None),
                };
            }
            IncidentCommand::Update(update) => {
                self.text = update.text;
                self.mode = Some(if update.to == Visibility::Public { Mode::Public } else { Mode::Affected });
                self.status = update.status;
                self.workaround = update.workaround.unwrap_or_default();
                if let Some(publish) = update.publish {
                    self.title = publish.title;
                    self.impact = Some(publish.impact);
                    self.components = Some(publish.components);
                }
            }
            _ => {}
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
        _ => text::NEED_TEXT,
    };
    say(key).to_owned()
}
