//! Visibility: what a viewer may know of an event, an incident, the whole state. Everything that leaves the log for a
//! person or another system passes here, and nothing else in the product answers this question.

use crate::{
    model::{
        attachment::Attachment,
        event::{Audience, Event},
        id::{AccountId, AttachmentId, IncidentId},
        incident::Incident,
        person::{Author, Seal, Viewer},
    },
    rules::state::State,
};

impl Viewer {
    /// Whether a seal opens to this viewer.
    #[must_use]
    pub fn opens(&self, seal: &Seal) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Customer { person, .. } => seal.is_reporter(person) || seal.invited.contains(person),
            Self::Staff { person, security } => *security || seal.staff.contains(person),
        }
    }
}

impl Audience {
    fn includes(&self, viewer: &Viewer) -> bool {
        match viewer {
            Viewer::Staff { .. } => true,
            Viewer::Customer { account, .. } => self.reaches(account),
            Viewer::Anonymous => *self == Self::Public,
        }
    }
}

impl Event {
    /// This event as this viewer may see it; `None` if they may not see it at all.
    ///
    /// The one gate: every event that leaves the log for a person or another system passes here. Seeing twice
    /// is seeing once.
    #[must_use]
    pub fn seen_by(&self, viewer: &Viewer) -> Option<Self> {
        let unsealed = self.seal.as_ref().is_none_or(|seal| viewer.opens(seal));
        if !unsealed || !self.to.includes(viewer) {
            return None;
        }
        let mut seen = self.clone();
        if viewer.is_staff() {
            return Some(seen);
        }
        match (&mut seen.to, &seen.by) {
            (Audience::Affected(accounts), _) => accounts.retain(|account| viewer.account() == Some(account)),
            (Audience::Public, Author::Staff { .. } | Author::Customer { .. }) => seen.by = Author::Vendor,
            (Audience::Public, Author::Vendor | Author::System) | (Audience::Internal | Audience::Account(_), _) => {}
        }
        Some(seen)
    }
}

impl Event {
    /// A file as this viewer may have it: where it belongs to this event, and they may see that.
    #[must_use]
    pub fn attachment_seen_by(&self, id: AttachmentId, viewer: &Viewer) -> Option<Attachment> {
        let seen = self.seen_by(viewer)?;
        seen.change.attachments().iter().find(|attachment| attachment.id == id).cloned()
    }
}

impl Incident {
    /// These facts as this viewer may know them; `None` if they may not know of it at all.
    #[must_use]
    pub fn seen_by(&self, viewer: &Viewer) -> Option<Self> {
        if self.seal.as_ref().is_some_and(|seal| !viewer.opens(seal)) {
            return None;
        }
        if viewer.is_staff() {
            return Some(self.clone());
        }
        match viewer.account().filter(|account| self.stake(account).is_some()) {
            Some(account) => Some(self.part_of(account)),
            None => self.public_part(),
        }
    }

    /// What an account with a stake knows: its own stake, and what all that are affected know.
    #[must_use]
    pub fn part_of(&self, account: &AccountId) -> Self {
        let mut seen = self.clone();
        seen.stakes.retain(|stake| stake.account.id == *account);
        if let Some(stake) = seen.stakes.first() {
            seen.title.clone_from(&stake.title);
        }
        seen.advice = None;
        seen.war_room = None;
        seen.overdue.commander = false;
        seen.paging = None;
        seen.sum_up_responses();
        seen.keep_words_for(account);
        seen
    }

    /// Leaves out the words that were written before this account came in.
    fn keep_words_for(&mut self, account: &AccountId) {
        let reach = &mut self.reach;
        for accounts in [&mut reach.reason, &mut reach.workaround] {
            accounts.retain(|reached| reached == account);
        }
        if let Some(assessment) = self.assessment.as_mut().filter(|_| reach.reason.is_empty()) {
            assessment.reason.clear();
        }
        if reach.workaround.is_empty() {
            self.workaround.clone_from(&reach.public_workaround);
        }
    }

    /// What everybody knows; `None` while it has no public face.
    fn public_part(&self) -> Option<Self> {
        Some(Self { merged_into: self.merged_into, ..Self::of_public_view(self.id, &self.public_view()?) })
    }
}

impl State {
    /// This state as this viewer may know it.
    #[must_use]
    pub fn seen_by(&self, viewer: &Viewer) -> Self {
        let seen = |(id, incident): (&IncidentId, &Incident)| incident.seen_by(viewer).map(|seen| (*id, seen));
        let own = |account: &AccountId| viewer.is_staff() || viewer.account() == Some(account);
        let terms = self.terms.iter().filter(|(account, _)| own(account));
        Self {
            components: self.components.clone(),
            incidents: self.incidents.iter().filter_map(seen).collect(),
            terms: terms.map(|(account, terms)| (account.clone(), terms.clone())).collect(),
        }
    }
}
