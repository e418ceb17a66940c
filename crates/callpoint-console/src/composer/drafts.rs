//! What is being written, by incident, and kept on this device: a reload or a session that ends loses no words.

use callpoint_core::model::{id::IncidentId, incident::Incident};
use callpoint_widget::driver::Driver;
use litemap::LiteMap;

use super::draft::{ComposerDraft, DraftEdit};

/// Drafts of one person on one device.
#[derive(Default)]
pub struct DraftStore {
    drafts: LiteMap<IncidentId, ComposerDraft>,
    restored: bool,
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

    /// Makes a change.
    pub fn edit(&mut self, incident: &Incident, edit: DraftEdit) {
        self.with(incident.id, |draft| draft.edit(incident, edit));
    }

    /// Whether a form is open.
    #[must_use]
    pub fn has_form(&self, incident: IncidentId) -> bool {
        self.drafts.get(&incident).is_some_and(|draft| draft.form.is_some())
    }

    /// Keeps them on this device.
    pub fn keep(&self, driver: &Driver) {
        let begun = self.drafts.iter().filter(|(_, draft)| !draft.is_blank());
        let begun: LiteMap<IncidentId, &ComposerDraft> = begun.map(|(id, draft)| (*id, draft)).collect();
        if begun.is_empty() {
            driver.remove_draft();
        } else {
            driver.save_draft(&begun);
        }
    }

    /// Takes up those of an earlier visit, once it is known whose they are.
    pub fn restore(&mut self, driver: &Driver) {
        if self.restored || driver.draft_key().is_none() {
            return;
        }
        self.restored = true;
        if let Some(drafts) = driver.load_draft() {
            self.drafts = drafts;
        }
    }
}
