//! What is being written, by incident, and kept on this device: a reload or a session that ends loses no words.

use std::rc::Rc;

use callpoint_core::model::id::IncidentId;
use callpoint_widget::driver::Driver;
use litemap::LiteMap;

use super::draft::ComposerDraft;

/// Drafts of one person on one device.
#[derive(Default)]
pub struct DraftStore {
    drafts: LiteMap<IncidentId, ComposerDraft>,
    restored: bool,
    told: Rc<Vec<IncidentId>>,
}

impl DraftStore {
    /// All of them.
    #[must_use]
    pub const fn all(&self) -> &LiteMap<IncidentId, ComposerDraft> {
        &self.drafts
    }

    /// Changes what is being written about an incident.
    pub fn with<T: Default>(&mut self, incident: IncidentId, change: impl FnOnce(&mut ComposerDraft) -> T) -> T {
        if !self.drafts.contains_key(&incident) {
            self.drafts.insert(incident, ComposerDraft::default());
        }
        self.drafts.get_mut(&incident).map(change).unwrap_or_default()
    }

    /// Whether a form is open.
    #[must_use]
    pub fn has_form(&self, incident: IncidentId) -> bool {
        self.drafts.get(&incident).is_some_and(|draft| draft.form.is_some())
    }

    /// What something is being written about, if that is not what it was when this was last asked.
    pub fn newly_begun(&mut self) -> Option<Rc<Vec<IncidentId>>> {
        let begun: Vec<_> = self.begun().map(|(id, _)| *id).collect();
        if *self.told == begun {
            return None;
        }
        self.told = begun.into();
        Some(self.told.clone())
    }

    fn begun(&self) -> impl Iterator<Item = (&IncidentId, &ComposerDraft)> {
        self.drafts.iter().filter(|(_, draft)| !draft.is_blank())
    }

    /// Keeps them on this device.
    pub fn keep(&self, driver: &Driver) {
        let begun: LiteMap<IncidentId, &ComposerDraft> = self.begun().map(|(id, draft)| (*id, draft)).collect();
        if begun.is_empty() {
            driver.remove_draft();
        } else {
            driver.save_draft(&begun);
        }
    }

    /// Takes up those of an earlier visit, once it is known whose they are. Whether there were any.
    pub fn restore(&mut self, driver: &Driver) -> bool {
        if self.restored || driver.draft_key().is_none() {
            return false;
        }
        self.restored = true;
        let Some(drafts) = driver.load_draft() else { return false };
        self.drafts = drafts;
        true
    }
}
