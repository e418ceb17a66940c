//! What people do and what goes wrong, when it comes to it.

use callpoint_core::{
    client::{DeliveryState, Input},
    model::{
        command::{Command, IncidentCommand},
        event::PageOutcome,
        id::{CommandId, IncidentId},
        person::PersonRef,
        stake::Closure,
        time::{SECOND, Time},
    },
    wire::protocol::{Request, Submission},
};

use crate::{
    chance::Chance,
    log::Write,
    people::{NAMES, is_staff, name_of},
    plan::{Fault, What},
    requests::{opening, random_command, random_setting, report},
    story,
    tab::Tab,
    world::{Happening, World, tell},
};

impl World<'_> {
    /// Chance of this step alone, so that it chooses alike whatever other steps there are.
    fn chance_of(&self, number: usize) -> Chance {
        Chance::of(self.plan.seed, 10_000 + number as u64)
    }

    pub fn act(&mut self, number: usize) {
        let step = &self.plan.steps[number];
        let (number, mut chance) = (step.number, self.chance_of(step.number));
        match step.what.clone() {
            What::Report { tab, severity, security, drill } => {
                let kind = if security { "a security report" } else { "a report" };
                let words = format!("{kind} {number} of severity {severity}");
                let request = match self.tabs[tab].who().is_some_and(is_staff) {
                    true => Request::Opening(Box::new(opening(&mut chance, number, severity, drill))),
                    false => Request::Report(report(number, severity, security, drill)),
                };
                self.submit(tab, request, words);
            }
            What::Ask { tab } => self.ask(tab, number, &mut chance),
            What::Connect { node } => self.connectors_tell(node),
            What::AskElsewhere { person } => self.ask_elsewhere(person, number, &mut chance),
            What::OpenThread { tab } => {
                if let Some(id) = self.some_incident(tab, &mut chance) {
                    tell!(self, "{} opens a thread.", self.tab_name(tab));
                    self.feed(tab, Input::OpenThread(id));
                }
            }
            What::LeaveThread { tab } => {
                if let Some((id, seq)) = self.to_read(tab) {
                    let words = format!("read to {seq}");
                    self.submit(tab, Request::Incident(id, IncidentCommand::Read { seq }), words);
                    self.feed(tab, Input::LeaveThread(id));
                }
            }
            What::Discard { tab } => self.discard(tab),
            What::TryNow { tab } => self.feed(tab, Input::RetryNow),
            What::SignIn { tab, who } => {
                tell!(self, "In {} somebody signs in: {}.", self.tab_name(tab), name_of(who));
                self.shut_down(tab, false);
                self.boot(tab, who);
            }
            What::Fault(fault) => self.go_wrong(&fault),
        }
    }

    /// An incident that this tab knows of, also where nobody else does yet.
    fn some_incident(&self, tab: usize, chance: &mut Chance) -> Option<IncidentId> {
        let client = self.tabs[tab].client.as_ref()?;
        let known = client.cache.state.incidents.keys().copied();
        let own = client.outbox.entries().iter().filter(|entry| entry.submission.request.is_report());
        let mut all: Vec<IncidentId> = known.chain(own.map(|entry| IncidentId(entry.submission.id.0))).collect();
        all.sort_unstable();
        all.dedup();
        (!all.is_empty()).then(|| all[chance.below(all.len())])
    }

    fn ask(&mut self, tab: usize, number: usize, chance: &mut Chance) {
        let Some(person) = self.tabs[tab].who() else { return };
        let Some(id) = self.some_incident(tab, chance) else { return };
        if is_staff(person) && chance.percent(12) {
            let (request, words) = random_setting(chance);
            return self.submit(tab, request, format!("{words} ({number})"));
        }
        let known = self.tabs[tab].client.as_ref().and_then(|client| client.cache.state.incidents.get(&id));
        let command = random_command(chance, &self.society, person, known, number, self.now);
        let words = format!("{} ({number})", story::command(&command));
        self.submit(tab, Request::Incident(id, command), words);
    }

    /// What became of every page and reminder that nobody has said anything of yet.
    fn connectors_tell(&mut self, node: usize) {
        if !self.nodes[node].up {
            return;
        }
        let told = self.log.state.incidents.values().flat_map(|incident| {
            let pages = incident.paging.iter().flat_map(|paging| &paging.open);
            let pages = pages.map(|page| Command::PageHandled {
                page: page.seq,
                outcome: PageOutcome::Delivered,
                connector: "webhook".to_owned(),
            });
            let reminders = incident.stakes.iter().flat_map(|stake| {
                let closure = match stake.closure {
                    Closure::Proposed { reminder, .. } => reminder,
                    _ => None,
                };
                let downgrade = stake.downgrade.as_ref().and_then(|asked| asked.reminder);
                let to = PersonRef { person: stake.reporter.clone(), name: stake.reporter_name.clone() };
                closure.into_iter().chain(downgrade).map(move |reminder| Command::ReminderDelivered {
                    account: stake.account.id.clone(),
                    reminder,
                    to: to.clone(),
                })
            });
            pages.chain(reminders).map(|command| (incident.id, command))
        });
        let told: Vec<_> = told.collect();
        for (id, command) in told {
            self.hand_in(node, Write::Told(id, Box::new(command)));
        }
    }

    fn ask_elsewhere(&mut self, person: usize, number: usize, chance: &mut Chance) {
        let viewer = self.society.viewer(Some(person));
        let incidents = self.log.state.incidents.values();
        let seen: Vec<IncidentId> = incidents.filter(|i| i.seen_by(&viewer).is_some()).map(|i| i.id).collect();
        let up: Vec<usize> = (0..self.nodes.len()).filter(|node| self.nodes[*node].up).collect();
        if seen.is_empty() || up.is_empty() {
            return;
        }
        let (incident, node) = (chance.one_of(&seen), chance.one_of(&up));
        let merges = is_staff(person) && seen.len() > 1 && chance.percent(8);
        let command = match merges {
            true => IncidentCommand::Merge { into: chance.one_of(&seen) },
            false => {
                random_command(chance, &self.society, person, self.log.state.incidents.get(&incident), number, self.now)
            }
        };
        let words = format!("{} ({number}, elsewhere)", story::command(&command));
        let id = CommandId::new(self.now, u128::from(chance.next()));
        let request = Request::Incident(incident, command);
        self.ledger.note(id, person, None, &request, Vec::new(), words);
        tell!(self, "{} asks node {node}: {}.", NAMES[person], self.ledger.name(id));
        let submission = Submission { id, at: self.now, request }.into();
        self.hand_in(node, Write::Of { person, submission, caller: None });
    }

    /// Somebody gives a refused submission up, or has seen a receipt.
    fn discard(&mut self, tab: usize) {
        let Some(client) = &self.tabs[tab].client else { return };
        let settled = |state: &DeliveryState| matches!(state, DeliveryState::Refused(_) | DeliveryState::Received(_));
        let Some(entry) = client.outbox.entries().iter().find(|entry| settled(&entry.state)) else { return };
        let (id, is_refused) = (entry.submission.id, matches!(entry.state, DeliveryState::Refused(_)));
        if let Some(entry) = self.ledger.entries.get_mut(&id).filter(|_| is_refused) {
            entry.is_discarded = true;
        }
        tell!(self, "In {} {} is put away.", self.tab_name(tab), self.ledger.name(id));
        self.feed(tab, Input::Discard(id));
    }

    fn crash_tab(&mut self, tab: usize, back: i64) {
        if self.tabs[tab].client.is_some() {
            tell!(self, "{} crashes.", self.tab_name(tab));
            self.shut_down(tab, true);
            self.after(back, Happening::Reopen(tab));
        }
    }

    fn go_wrong(&mut self, fault: &Fault) {
        let now = self.now;
        let until = |span: &i64| now.plus(*span);
        match fault {
            Fault::CrashTab { tab, back } => self.crash_tab(*tab, *back),
            Fault::CrashBrowser { browser, back } => {
                tell!(self, "Browser {browser} crashes.");
                let of_it: Vec<usize> = (0..self.tabs.len()).filter(|t| self.tabs[*t].browser == *browser).collect();
                of_it.into_iter().for_each(|tab| self.crash_tab(tab, *back));
            }
            Fault::CrashNode { node, back } => self.crash_node(*node, *back),
            Fault::FreezeNode { node, span } => self.freeze_node(*node, *span),
            Fault::Weather { loss, twice, refused, slow, span } => {
                let until = until(span);
                tell!(
                    self,
                    "The network gets bad for {} s: {loss} % lost, {twice} % doubled, {refused} % refused, {slow} ms slow.",
                    span / SECOND
                );
                let network = &mut self.network;
                (network.loss, network.twice, network.refused) = (*loss, *twice, *refused);
                (network.slow, network.until) = (*slow, until);
            }
            Fault::Cut { browser, span } => {
                tell!(self, "Browser {browser} is offline for {} s.", span / SECOND);
                self.network.cut_until[*browser] = until(span);
            }
            Fault::BreakStream { tab, silently } => self.break_stream(*tab, *silently),
            Fault::HoldStreams { span } => {
                tell!(self, "Something on the way holds new streams back for {} s.", span / SECOND);
                self.network.holds_until = until(span);
            }
            Fault::Disk { browser, hangs, span } => {
                let until = until(span);
                let how = if *hangs { "hangs" } else { "refuses" };
                tell!(self, "The storage of browser {browser} {how} for {} s.", span / SECOND);
                let browser = &mut self.browsers[*browser];
                *(if *hangs { &mut browser.hangs_until } else { &mut browser.refuses_until }) = until;
            }
            Fault::Commit { node, unknown } => self.nodes[*node].fault = Some(*unknown),
            Fault::Clock { browser: Some(browser), by, .. } => {
                tell!(self, "The clock of browser {browser} jumps by {} s.", by / SECOND);
                self.browsers[*browser].skew += by;
            }
            Fault::Clock { browser: None, node, by } => {
                tell!(self, "The clock of node {node} jumps by {} s.", by / SECOND);
                self.nodes[*node].skew += by;
                self.plan_look(*node, 0);
            }
            Fault::Tokens { browser, span } => {
                tell!(self, "Nobody gives browser {browser} tokens for {} s.", span / SECOND);
                self.browsers[*browser].no_tokens_until = until(span);
            }
        }
    }

    /// Every fault ends.
    pub fn calm_down(&mut self) {
        tell!(self, "From here on nothing goes wrong.");
        self.calm = true;
        let now = self.now;
        self.browsers.iter_mut().for_each(|browser| browser.mend(now));
        for node in 0..self.nodes.len() {
            self.nodes[node].frozen_until = Time(0);
            self.nodes[node].fault = None;
            self.node_up(node);
        }
        for tab in 0..self.tabs.len() {
            self.reopen(tab);
        }
    }

    /// Whoever has left words on a device that no open page of theirs knows of opens another.
    pub fn visit_left_devices(&mut self) {
        for browser in 0..self.browsers.len() {
            let left: Vec<_> = self.browsers[browser].disk.keys().copied().collect();
            let mut visited = Vec::new();
            for (owner, id) in left {
                let tabs = self.tabs.iter().filter(|tab| (tab.browser, tab.who()) == (browser, owner));
                let is_known = tabs.flat_map(|tab| &tab.client).any(|client| client.outbox.get(id).is_some());
                if !is_known && !visited.contains(&owner) {
                    visited.push(owner);
                    let tab = self.tabs.len();
                    self.tabs.push(Tab::new(self.plan.seed, tab, browser));
                    self.boot(tab, owner);
                }
            }
        }
    }
}
