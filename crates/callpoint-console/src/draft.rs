//! What a member of staff is writing about one incident, and the command that comes of it. Switching how far it
//! reaches changes nothing else: words are never lost.

use std::collections::BTreeSet;

use callpoint_core::{
    command::{IncidentCommand, Publish, Update, Visibility},
    error::{Invalid, Rule},
    id::{AccountId, ComponentId},
    incident::{Impact, Incident, Status},
    person::Account,
    severity::{Scheme, Severity},
    text::{self, Key, fill, say},
    time::{MINUTE, Time},
};
use serde::{Deserialize, Serialize};

/// How far what is written shall reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Staff only.
    Internal,
    /// One account.
    Reply,
    /// Every affected account.
    Affected,
    /// Everybody.
    Public,
}

impl Mode {
    /// Every mode, from the narrowest to the widest.
    pub const ALL: [Self; 4] = [Self::Internal, Self::Reply, Self::Affected, Self::Public];

    /// What it is called.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Internal => text::MODE_INTERNAL,
            Self::Reply => text::MODE_REPLY,
            Self::Affected => text::MODE_AFFECTED,
            Self::Public => text::MODE_PUBLIC,
        }
    }

    /// What its button says.
    #[must_use]
    pub const fn send(self) -> Key {
        match self {
            Self::Internal => text::SEND_INTERNAL,
            Self::Reply => text::SEND_REPLY,
            Self::Affected => text::SEND_UPDATE,
            Self::Public => text::SEND_PUBLIC,
        }
    }

    /// Whether it is news, with a status and a promise, rather than words alone.
    #[must_use]
    pub const fn is_update(self) -> bool {
        matches!(self, Self::Affected | Self::Public)
    }

    /// Whether it makes sense for this incident.
    #[must_use]
    pub fn fits(self, incident: &Incident) -> bool {
        match self {
            Self::Internal => true,
            Self::Reply => !incident.stakes.is_empty(),
            Self::Affected => incident.sealed.is_none() && !incident.stakes.is_empty(),
            Self::Public => incident.sealed.is_none(),
        }
    }
}

/// By when the next update comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Next {
    /// No time is given.
    Untold,
    /// After this many minutes.
    In(u32),
    /// At the time in the field.
    At,
}

impl Next {
    /// What is offered.
    pub const ALL: [Self; 6] = [Self::Untold, Self::In(15), Self::In(30), Self::In(60), Self::In(120), Self::At];

    /// What an incident of this severity calls for, as far as it is offered.
    #[must_use]
    pub fn fitting(incident: &Incident, scheme: &Scheme) -> Self {
        let level = incident.effective_severity().and_then(|severity| scheme.level(severity));
        match level.map_or(60, |level| level.update_minutes) {
            0..=15 => Self::In(15),
            16..=30 => Self::In(30),
            31..=60 => Self::In(60),
            61.. => Self::In(120),
        }
    }
}

/// A form that is open in place of the buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Assess the severity.
    Assess,
    /// Propose that it is over.
    Propose,
}

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
    pub components: Option<BTreeSet<ComponentId>>,
    /// Whether the list of components is open.
    #[serde(skip)]
    pub choosing: bool,
    /// The open form.
    pub form: Option<Form>,
    /// The level in the form.
    pub level: Option<Severity>,
    /// The reason in the form.
    pub reason: String,
    /// What was done, in the form.
    pub solution: String,
    /// The field that is not as it should be, and what to do.
    #[serde(skip)]
    pub fault: Option<(&'static str, String)>,
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
    /// Opens a form, or closes it.
    Form(Option<Form>),
    /// The level in the form.
    Level(Severity),
    /// The reason in the form.
    Reason(String),
    /// What was done.
    Solution(String),
}

/// What a draft needs to know to become a command.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// What it is about.
    pub incident: &'a Incident,
    /// The vendor's scheme.
    pub scheme: &'a Scheme,
    /// The server's time.
    pub now: Time,
    /// Reads a field for date and time, by the server's clock.
    pub instant: &'a dyn Fn(&str) -> Option<Time>,
}

impl Draft {
    /// Makes a change.
    pub fn edit(&mut self, incident: &Incident, edit: Edit) {
        self.fault = None;
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
                if named {
                    components.insert(component);
                } else {
                    components.remove(&component);
                }
                self.components = Some(components);
            }
            Edit::Form(form) => self.form = form,
            Edit::Level(level) => self.level = Some(level),
            Edit::Reason(reason) => self.reason = reason,
            Edit::Solution(solution) => self.solution = solution,
        }
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
    pub fn components(&self, incident: &Incident) -> BTreeSet<ComponentId> {
        self.components.clone().unwrap_or_else(|| incident.components.iter().cloned().collect())
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
        let words = [&self.text, &self.title, &self.reason, &self.solution];
        words.iter().all(|words| words.trim().is_empty())
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
                let account = self.account(incident).ok_or(Invalid::new("account", Rule::Missing))?.id.clone();
                IncidentCommand::Message { text, to: Some(Visibility::Account(account)) }
            }
            Mode::Affected => self.update(desk, Visibility::Affected)?,
            Mode::Public => self.update(desk, Visibility::Public)?,
        };
        command.parse(desk.scheme, desk.now)
    }

    fn update(&self, desk: Desk<'_>, to: Visibility) -> Result<IncidentCommand, Invalid> {
        let incident = desk.incident;
        let field = |name, text: &str| match text {
            "" => Ok(None),
            text => (desk.instant)(text).map(Some).ok_or(Invalid::new(name, Rule::Malformed)),
        };
        let next_update = match self.next.unwrap_or_else(|| Next::fitting(incident, desk.scheme)) {
            Next::Untold => None,
            Next::In(minutes) => Some(desk.now.plus(i64::from(minutes) * MINUTE)),
            Next::At => Some(field("next_update", &self.next_at)?.ok_or(Invalid::new("next_update", Rule::Past))?),
        };
        let publish = self.publishes(incident).then(|| Publish {
            title: self.title.clone(),
            impact: self.impact(incident),
            components: self.components(incident).into_iter().collect(),
        });
        Ok(IncidentCommand::Update(Update {
            text: self.text.clone(),
            to,
            status: self.status.filter(|status| *status != incident.status),
            next_update: next_update.filter(|_| incident.status.is_open()),
            eta: field("eta", &self.eta)?,
            publish,
        }))
    }

    /// What the open form asks for.
    ///
    /// # Errors
    /// Names the first field that is not as it should be.
    pub fn form_command(&self, desk: Desk<'_>) -> Result<IncidentCommand, Invalid> {
        let command = match self.form {
            None => return Err(Invalid::new("form", Rule::Missing)),
            Some(Form::Assess) => IncidentCommand::Assess {
                severity: self.level.ok_or(Invalid::new("severity", Rule::Missing))?,
                reason: self.reason.clone(),
            },
            Some(Form::Propose) => IncidentCommand::ProposeResolution { text: self.solution.clone() },
        };
        command.parse(desk.scheme, desk.now)
    }

    /// What was sent is gone from here. How far the next words reach stays as it was, or becomes narrower: what
    /// follows a note is a note, and nothing is published twice by habit.
    pub fn sent(&mut self) {
        let mode = self.mode.filter(|mode| !mode.is_update());
        let (form, level) = (self.form, self.level);
        let (reason, solution) = (core::mem::take(&mut self.reason), core::mem::take(&mut self.solution));
        *self = Self { mode, form, level, reason, solution, account: self.account.take(), ..Self::default() };
    }

    /// The form was sent.
    pub fn form_sent(&mut self) {
        match self.form.take() {
            Some(Form::Assess) => {
                self.level = None;
                self.reason.clear();
            }
            Some(Form::Propose) => self.solution.clear(),
            None => {}
        }
    }

    /// Whether these words could be taken up again without losing others, or mixing them with what was meant for
    /// other eyes.
    #[must_use]
    pub fn has_room(&self, command: &IncidentCommand) -> bool {
        match command {
            IncidentCommand::Assess { .. } => self.reason.trim().is_empty(),
            IncidentCommand::ProposeResolution { .. } => self.solution.trim().is_empty(),
            _ => self.text.trim().is_empty(),
        }
    }

    /// Takes up again what the server would not take.
    pub fn take_up(&mut self, command: IncidentCommand) {
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
                if let Some(publish) = update.publish {
                    self.title = publish.title;
                    self.impact = Some(publish.impact);
                    self.components = Some(publish.components.into_iter().collect());
                }
            }
            IncidentCommand::Assess { severity, reason } => {
                (self.form, self.level, self.reason) = (Some(Form::Assess), Some(severity), reason);
            }
            IncidentCommand::ProposeResolution { text } => (self.form, self.solution) = (Some(Form::Propose), text),
            _ => {}
        }
    }
}

/// What to do about a field, in words.
#[must_use]
pub fn advice(invalid: &Invalid) -> String {
    if let Rule::TooLong(limit) = invalid.rule {
        return fill(text::TOO_LONG, &[("limit", &limit.to_string())]);
    }
    let key = match invalid.field {
        "title" => text::NEED_TITLE,
        "reason" => text::NEED_WHY,
        "severity" => text::NEED_LEVEL,
        "account" => text::NEED_ACCOUNT,
        "next_update" | "eta" => text::NEED_FUTURE,
        _ => text::NEED_TEXT,
    };
    say(key).to_owned()
}
