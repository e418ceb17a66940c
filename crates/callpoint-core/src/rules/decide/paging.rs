//! Who is called, and what became of it. Staff are called once for an incident, and again when it gets worse, is
//! disputed or opened again, or when something was due and did not come while nobody was being called; and until
//! somebody acknowledges, step by step along an escalation policy.

use super::{Case, Decision, Verdict};
use crate::{
    model::{
        escalation::StepTarget,
        event::{Audience, Change, Page, PageCause, PageOutcome, PageStep, PageTarget},
        id::Seq,
        incident::Incident,
        person::Actor,
        severity::Severity,
        stake::Stake,
    },
    wire::error::ErrorCode,
};

impl<'a> Case<'a> {
    /// Calls who is to be called for it: staff, and the people of accounts where that was agreed; of one account alone,
    /// if it is about its stake.
    pub fn page(&self, verdict: Verdict<'a>, incident: &Incident, cause: PageCause, of: Option<&Stake>) -> Verdict<'a> {
        let verdict = self.page_staff(verdict, incident, cause);
        // What the vendor owes pages the vendor only.
        let theirs = |stake: &&Stake| match cause {
            PageCause::Overdue | PageCause::NoCommander | PageCause::Unattended => false,
            // That it became worse for somebody else is nothing that an account may know.
            PageCause::Raised => {
                own_before(self.incident, stake).is_some_and(|before| own(incident, stake).0 < before.0)
            }
            PageCause::Declared | PageCause::Disputed => of.is_none_or(|of| of.account == stake.account),
        };
        let stakes = incident.stakes.iter().filter(theirs);
        stakes.fold(verdict, |verdict, stake| self.page_account(verdict, incident, stake, cause))
    }

    /// Calls staff by the first step of the escalation policy.
    fn page_staff(&self, verdict: Verdict<'a>, incident: &Incident, cause: PageCause) -> Verdict<'a> {
        let step = self.policy.escalation(incident).first(self.now());
        self.page_step(verdict, incident, cause, step)
    }

    /// Calls staff again: by the step that follows while nobody acknowledged, else from the first on.
    pub fn page_again(&self, verdict: Verdict<'a>, incident: &Incident, cause: PageCause) -> Verdict<'a> {
        let calling = incident.paging.as_ref().filter(|paging| paging.is_unacknowledged());
        let Some(before) = calling.and_then(|paging| paging.page.step) else {
            return self.page_staff(verdict, incident, cause);
        };
        let step = self.policy.escalation(incident).following(before, self.now());
        self.page_step(verdict, incident, cause, step)
    }

    /// One command calls staff once.
    fn page_step(&self, verdict: Verdict<'a>, incident: &Incident, cause: PageCause, step: PageStep) -> Verdict<'a> {
        if self.sends_nothing(incident) || verdict.events.iter().any(|event| is_page_of_staff(&event.change)) {
            return verdict;
        }
        let severity = incident.effective_severity().unwrap_or(Severity::TOP);
        let page = |whom| Change::Paged(Page { whom, severity, cause, step: Some(step) });
        let whom = self.targets(incident, step).into_iter();
        whom.fold(verdict, |verdict, whom| verdict.then_system(Audience::Internal, page(whom)))
    }

    /// Who that is: never nobody, and of what is sealed nobody who may not know of it.
    fn targets(&self, incident: &Incident, step: PageStep) -> Vec<PageTarget> {
        let sealed = incident.seal.is_some();
        let on_call = || PageTarget::OnCall(incident.class.clone());
        let mut whom = Vec::new();
        for target in self.policy.escalation(incident).targets(step) {
            match target {
                StepTarget::OnCall => whom.push(on_call()),
                StepTarget::Schedule(schedule) => whom.push(PageTarget::OnCall(schedule.clone())),
                StepTarget::Owners if sealed => {}
                StepTarget::Owners => {
                    whom.extend(self.policy.owners_of(&incident.components).cloned().map(PageTarget::Staff));
                }
                StepTarget::Staff { who, security } if !security && incident.is_closed_to_staff(&who.person) => {}
                StepTarget::Staff { who, .. } => whom.push(PageTarget::Staff(who.clone())),
            }
        }
        if whom.is_empty() { vec![on_call()] } else { whom }
    }

    /// Calls an account's own people, where that was agreed. Of what is sealed not all of them may know.
    pub fn page_account(
        &self,
        verdict: Verdict<'a>,
        incident: &Incident,
        stake: &Stake,
        cause: PageCause,
    ) -> Verdict<'a> {
        if !stake.terms.shared_pager || incident.seal.is_some() || self.sends_nothing(incident) {
            return verdict;
        }
        let account = stake.account.id.clone();
        let page =
            Page { whom: PageTarget::Account(account.clone()), severity: own(incident, stake), cause, step: None };
        verdict.then_system(Audience::Account(account), Change::Paged(page))
    }

    /// Whether it is a rehearsal that leaves the connectors alone.
    const fn sends_nothing(&self, incident: &Incident) -> bool {
        incident.drill && !self.policy.drills
    }
}

/// Records what became of a page, once; that it was delivered goes before all else.
pub(super) fn handled(case: &Case<'_>, page: Seq, outcome: PageOutcome, connector: &str) -> Decision {
    if !matches!(case.context.actor, Actor::System) {
        return Err(ErrorCode::Forbidden.into());
    }
    let Some(paging) = &case.incident.paging else { return Ok(Vec::new()) };
    let says_something = match outcome {
        PageOutcome::Delivered => true,
        PageOutcome::Undelivered => !paging.open.iter().any(|open| open.seq == page && open.failed),
        // Said once, not for each page that nobody takes.
        PageOutcome::NoConnector => !paging.no_connector,
    };
    let Some(open) = paging.open.iter().find(|open| open.seq == page && says_something) else {
        return Ok(Vec::new());
    };
    let to = match (&open.page.whom, outcome) {
        (PageTarget::Account(account), PageOutcome::Delivered) => Audience::Account(account.clone()),
        _ => Audience::Internal,
    };
    let (of, connector) = (open.page.clone(), connector.to_owned());
    Ok(case.verdict().then_system(to, Change::PageHandled { page, of, outcome, connector }).events)
}

const fn is_page_of_staff(change: &Change) -> bool {
    matches!(change, Change::Paged(Page { whom: PageTarget::OnCall(_) | PageTarget::Staff(_), .. }))
}

/// How bad an incident is for one account, by its own stake alone.
fn own(incident: &Incident, stake: &Stake) -> Severity {
    stake.effective(incident.assessed())
}

/// How bad it was for this account before; `None` if it was no part of it.
fn own_before(before: &Incident, stake: &Stake) -> Option<Severity> {
    before.stake(&stake.account.id).map(|stake| own(before, stake))
}
