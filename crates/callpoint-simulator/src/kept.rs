//! What a tab keeps on its device, and takes up from it.

use std::rc::Rc;

use callpoint_core::{client::Input, model::id::CommandId, wire::protocol::Submission};

use crate::{
    log::Caller,
    people::Who,
    planted::Planted,
    world::{Happening, World, tell},
};

impl World<'_> {
    /// Reads what this device keeps, once it has what was written before it was known by whom.
    pub fn restore(&mut self, tab: usize) {
        let unsaved = self.tabs[tab].client.iter().flat_map(|client| client.outbox.unsaved());
        for id in unsaved.collect::<Vec<CommandId>>() {
            self.save(tab, id);
        }
        let caller = self.caller(tab);
        let browser = self.tabs[tab].browser;
        let (wait, is_read) = self.browsers[browser].work(self.now, &mut self.tabs[tab].net);
        self.after(wait, Happening::Loaded(caller, is_read));
    }

    pub fn loaded(&mut self, caller: Caller, is_read: bool) {
        if !self.lives(caller) {
            return;
        }
        let tab = caller.tab;
        let (who, disk) = (self.tabs[tab].who(), &self.browsers[self.tabs[tab].browser].disk);
        let is_ours = |owner: &Who| *owner == who || self.planted == Some(Planted::WordsOfAnother) && who.is_some();
        let ours = disk.iter().filter(|((owner, _), _)| is_read && is_ours(owner));
        let mut kept: Vec<Submission> = ours.map(|(_, submission)| (**submission).clone()).collect();
        if self.planted == Some(Planted::NothingTakenUp) {
            kept.clear();
        }
        if !kept.is_empty() {
            let names: Vec<String> = kept.iter().map(|kept| self.ledger.name(kept.id)).collect();
            tell!(self, "{} takes up from its device: {}.", self.tab_name(tab), names.join(", "));
        }
        self.feed(tab, Input::Start(kept));
        self.goes_on(tab);
    }

    pub fn save(&mut self, tab: usize, id: CommandId) {
        if !self.tabs[tab].owner_known {
            return;
        }
        let Some(submission) = self.submission(tab, id) else { return };
        let (caller, who, browser) = (self.caller(tab), self.tabs[tab].who(), self.tabs[tab].browser);
        let (wait, ok) = self.browsers[browser].work(self.now, &mut self.tabs[tab].net);
        self.after(wait, Happening::Written(caller, who, submission, ok));
    }

    pub fn written(&mut self, caller: Caller, who: Who, submission: &Rc<Submission>, ok: bool) {
        let (tab, id) = (caller.tab, submission.id);
        let died = self.tabs[tab].has_crashed(caller.life);
        if !ok || (died && self.tabs[tab].net.percent(50)) {
            return;
        }
        let browser = self.tabs[tab].browser;
        self.browsers[browser].disk.insert((who, id), submission.clone());
        if !self.lives(caller) {
            return;
        }
        let entry = self.tabs[tab].client.as_ref().and_then(|client| client.outbox.get(id));
        if entry.is_none_or(|entry| entry.state.is_received()) {
            // The copy was still being written when it was no longer needed.
            self.forget(tab, id);
        } else {
            self.ledger.saved(id);
            self.feed(tab, Input::Saved(id));
        }
    }

    pub fn forget(&mut self, tab: usize, id: CommandId) {
        if !self.tabs[tab].owner_known {
            return;
        }
        let (who, browser) = (self.tabs[tab].who(), self.tabs[tab].browser);
        let (wait, ok) = self.browsers[browser].work(self.now, &mut self.tabs[tab].net);
        if ok {
            self.after(wait, Happening::Erased(browser, who, id));
        }
    }
}
