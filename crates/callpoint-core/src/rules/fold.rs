//! How an incident takes an event in. Each field changes only by events that everybody sees who may know the field:
//! that is what makes folding and visibility commute.

use crate::model::{
    event::{Audience, Change, Duty, Event, PublicView},
    id::AccountId,
    incident::{Assessment, Attribution, Incident, Overdue, Publication, RoleAssignment, SeveritySuggestion, Status},
    person::{Author, PersonRef},
    severity::Severity,
    stake::{Closure, Downgrade, Stake},
    time::Time,
};

impl Incident {
    /// Folds one event of this incident in.
    pub(crate) fn apply(&mut self, event: &Event) {
        self.apply_words(event);
        self.apply_paging(event);
        match &event.change {
            Change::Published(face) => self.publish(face),
            Change::Promised { next_update, eta } => {
                self.next_update = *next_update;
                self.eta = *eta;
                self.overdue.promise = false;
            }
            Change::WorkaroundFound { text } => {
                self.workaround = Some(text.clone());
                self.reach.workaround = event.to.accounts().to_vec();
                if event.to == Audience::Public {
                    self.reach.public_workaround = Some(text.clone());
                }
            }
            Change::Acknowledged {} => {
                let told = Attribution { by: event.by.clone(), at: event.at };
                for stake in self.stakes.iter_mut().filter(|stake| event.to.reaches(&stake.account.id)) {
                    stake.acknowledged.get_or_insert_with(|| told.clone());
                }
                self.acknowledged.get_or_insert(told);
                self.sum_up_responses();
            }
            Change::Assessed { severity, reason } => {
                self.assess(*severity, reason);
                self.reach.reason = event.to.accounts().to_vec();
            }
            Change::Advised { severity, cause } => {
                self.advice = Some(SeveritySuggestion { severity: *severity, cause: *cause })
            }
            Change::Moved { status } => {
                let resumed = matches!(status, Status::Investigating | Status::Identified);
                if resumed {
                    // It is not over after all, by the vendor's word or an account's: nobody is asked to confirm what was
                    // refused, and nobody's silence may end it.
                    for stake in self.stakes.iter_mut().filter(|stake| !stake.closure.is_turned()) {
                        stake.closure = Closure::Open;
                    }
                }
                if resumed && event.by == Author::System && !self.stakes.is_empty() {
                    // While every account is asked to confirm, no update is owed.
                    self.last_update_at = Some(event.at);
                }
                self.move_to(*status, event.at);
            }
            Change::Proposed { text } => {
                let asked = |stake: &&mut Stake| !stake.closure.is_turned() && event.to.reaches(&stake.account.id);
                for stake in self.stakes.iter_mut().filter(asked) {
                    let until = stake.terms.closure_until(event.at);
                    stake.resolution.clone_from(text);
                    stake.reminders = 0;
                    stake.closure = Closure::Proposed { at: event.at, until, reminder: None, reminded: false };
                }
            }
            Change::Joined { stake, .. } => {
                match self.stake_mut(&stake.account.id) {
                    Some(known) => known.clone_from(stake),
                    None => self.stakes.push((**stake).clone()),
                }
                self.sum_up_responses();
            }
            Change::RoleTaken { role, by } => {
                self.roles.retain(|held| held.role != *role);
                self.roles.push(RoleAssignment { role: role.clone(), by: by.clone() });
                self.overdue.commander &= role != crate::model::policy::COMMANDER;
            }
            Change::RoleReleased { role, .. } => self.roles.retain(|held| held.role != *role),
            Change::WarRoomSet { url } => self.war_room = Some(url.clone()),
            Change::OthersAffected {} => self.others_affected = true,
            Change::Overdue { duty } => self.fall_due(*duty, &event.to),
            Change::Paused { until, .. } => self.paused_until = Some(*until),
            Change::Read { account: None, seq } => self.staff_read_to = *seq,
            Change::Merged { into, .. } => {
                self.merged_into = Some(*into);
                self.move_to(Status::Resolved, event.at);
            }
            Change::Invited { .. } | Change::InvitedByEmail { .. } => self.seal.clone_from(&event.seal),
            Change::SeveritySet { account, severity, .. } => self.change_stake(account, |stake| {
                stake.declared = *severity;
                stake.lowered = None;
                stake.downgrade = None;
            }),
            Change::DowngradeProposed { account, severity, reason, until } => self.change_stake(account, |stake| {
                let (severity, reason, until) = (*severity, reason.clone(), *until);
                stake.downgrade =
                    Some(Downgrade { severity, reason, at: event.at, until, reminder: None, reminded: false });
            }),
            Change::DowngradeRefused { account, .. } => self.change_stake(account, |stake| stake.downgrade = None),
            Change::Lowered { account, severity, .. } => self.change_stake(account, |stake| {
                stake.lowered = Some(*severity);
                stake.downgrade = None;
            }),
            Change::Confirmed { account } => self.turn(account, Closure::Confirmed(event.at)),
            Change::Waived { account, .. } => self.turn(account, Closure::Waived(event.at)),
            Change::TimedOut { account } => self.turn(account, Closure::TimedOut(event.at)),
            Change::Overridden { account, .. } => self.turn(account, Closure::Overridden(event.at)),
            Change::Reminded { account, question } => {
                self.change_stake(account, |stake| stake.remind(*question, event.seq, event.at));
            }
            Change::ReminderDelivered { account, reminder, .. } => {
                self.change_stake(account, |stake| stake.reached(|entry| entry == *reminder, event.at));
            }
            Change::Disputed { account, .. } | Change::Reopened { account, .. } => {
                self.change_stake(account, |stake| {
                    stake.closure = Closure::Open;
                    stake.disputes += 1;
                });
            }
            Change::Followed { account, who, follows } => self.change_stake(account, |stake| {
                if *follows {
                    stake.follow(who);
                } else {
                    stake.followers.retain(|follower| follower.person != who.person);
                }
            }),
            Change::Read { account: Some(account), seq } => self.change_stake(account, |stake| {
                stake.read_to = *seq;
                stake.reached(|entry| entry <= *seq, event.at);
            }),
            // What begins, shows or ends a whole incident is the state's to fold; the rest leaves no trace but its entry.
            Change::Declared { .. }
            | Change::Opened { .. }
            | Change::Revealed { .. }
            | Change::Withdrawn {}
            | Change::Said { .. }
            | Change::Updated { .. }
            | Change::Paged(_)
            | Change::PageHandled { .. }
            | Change::Sealed { .. }
            | Change::Unsealed { .. }
            | Change::ComponentDefined(_)
            | Change::ComponentMoved { .. }
            | Change::EngagementSet { .. } => {}
        }
    }

    fn change_stake(&mut self, account: &AccountId, change: impl FnOnce(&mut Stake)) {
        if let Some(stake) = self.stake_mut(account) {
            change(stake);
        }
    }

    /// Settles the account's concern; a pending downgrade ends with it.
    fn turn(&mut self, account: &AccountId, closure: Closure) {
        self.change_stake(account, |stake| {
            stake.closure = closure;
            stake.downgrade = None;
        });
    }

    fn fall_due(&mut self, duty: Duty, to: &Audience) {
        match self.overdue.of(duty) {
            Some(flag) => *flag = true,
            None => {
                let owed = self.stakes.iter_mut().filter(|stake| to.reaches(&stake.account.id));
                owed.for_each(|stake| stake.reply_overdue = true);
                self.sum_up_responses();
            }
        }
    }

    /// Says of the whole what the stakes say that whoever looks sees: an answer to one account is none to another.
    pub(crate) fn sum_up_responses(&mut self) {
        if self.stakes.is_empty() {
            return;
        }
        let unacknowledged = || self.stakes.iter().filter(|stake| stake.acknowledged.is_none());
        self.overdue.acknowledge = unacknowledged().any(|stake| stake.reply_overdue);
        let first = self.stakes.iter().filter_map(|stake| stake.acknowledged.as_ref()).min_by_key(|told| told.at);
        self.acknowledged = first.filter(|_| unacknowledged().next().is_none()).cloned();
    }

    fn publish(&mut self, face: &PublicView) {
        self.publication = Some(Publication { title: face.title.clone(), impact: face.impact });
        self.components.clone_from(&face.components);
    }

    /// The vendor's judgement. Where a severity was lowered by agreement, only a graver one undoes it.
    fn assess(&mut self, severity: Severity, reason: &str) {
        self.assessment = Some(Assessment { severity, reason: reason.to_owned() });
        self.advice = None;
        for stake in &mut self.stakes {
            // What was asked before this judgement is not what the vendor says now.
            if stake.downgrade.as_ref().is_some_and(|downgrade| severity.0 < downgrade.severity.0) {
                stake.downgrade = None;
            }
        }
        for lowered in self.stakes.iter_mut().filter_map(|stake| stake.lowered.as_mut()) {
            *lowered = lowered.worse(severity);
        }
    }

    fn move_to(&mut self, status: Status, at: Time) {
        self.status = status;
        if status.is_open() {
            self.resolved_at = None;
        } else {
            self.resolved_at = Some(at);
            self.next_update = None;
            self.eta = None;
            self.overdue.promise = false;
        }
    }

    /// Words of an account wait for an answer; words of staff to that account are one.
    fn apply_words(&mut self, event: &Event) {
        let by_staff = matches!(event.by, Author::Staff { .. } | Author::Vendor);
        let to_all = matches!(event.to, Audience::Affected(_) | Audience::Public);
        let is_update = match event.change {
            Change::Updated { .. } => true,
            // After the end this reaches only those whom it is not over for; the others don't learn of it.
            Change::Proposed { .. } => self.status.is_open(),
            _ => false,
        };
        // Whoever knows a stake sees these; who does not never learns when others were informed.
        if by_staff && to_all && is_update && !self.stakes.is_empty() {
            self.last_update_at = Some(event.at);
            self.overdue.update = false;
        }
        for stake in self.stakes.iter_mut().filter(|stake| event.to.reaches(&stake.account.id)) {
            let answers = event.change.is_reply() || event.change == Change::Acknowledged {};
            stake.apply_message(event, by_staff && answers);
        }
    }
}

impl Stake {
    fn apply_message(&mut self, event: &Event, answers: bool) {
        match (&event.by, &event.change) {
            (
                Author::Customer { person, name, .. },
                Change::Said { .. }
                | Change::Disputed { .. }
                | Change::Reopened { .. }
                | Change::DowngradeRefused { .. },
            ) => {
                self.unanswered_since.get_or_insert(event.at);
                self.follow(&PersonRef { person: person.clone(), name: name.clone() });
            }
            (Author::Customer { .. }, Change::Confirmed { .. }) => self.answered(event.at),
            _ if answers => self.answered(event.at),
            _ => {}
        }
    }
}

impl Overdue {
    /// Whether this was missed, and not made up for since.
    pub(crate) const fn is_missed(mut self, duty: Duty) -> bool {
        matches!(self.of(duty), Some(true))
    }

    /// What is owed to all; the rest is owed to each account, see [`Stake::reply_overdue`].
    const fn of(&mut self, duty: Duty) -> Option<&mut bool> {
        match duty {
            Duty::Promise => Some(&mut self.promise),
            Duty::Update => Some(&mut self.update),
            Duty::Commander => Some(&mut self.commander),
            Duty::Acknowledge | Duty::Reply => None,
        }
    }
}
