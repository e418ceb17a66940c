//! What staff open themselves. For an account it is that account's report, and theirs to know at once; everything else
//! is known to staff alone until it is published.

use super::{Case, CommandContext, Decision, Verdict, known_component, stakes};
use crate::{
    model::{
        event::{Audience, Change, PageCause},
        opening::Opening,
        person::Actor,
        policy::Policy,
    },
    rules::state::State,
    wire::error::ErrorCode,
};

pub(super) fn open(state: &State, context: &CommandContext, policy: &Policy, opening: &Opening) -> Decision {
    let Actor::Staff { .. } = &context.actor else { return Err(ErrorCode::Forbidden.into()) };
    let id = context.incident.ok_or(ErrorCode::NotFound)?;
    if state.incidents.contains_key(&id) {
        return Err(ErrorCode::KeyReused.into());
    }
    for component in &opening.components {
        known_component(state, component, "components")?;
    }
    let (to, change) = match &opening.account {
        Some(account) => {
            let change = Change::Declared {
                reference: context.reference.clone(),
                title: opening.title.clone(),
                account: account.clone(),
                report: Box::new(opening.report(policy)?),
                terms: stakes::terms(state, context, &account.id),
                csm: context.csm.clone(),
            };
            (Audience::Account(account.id.clone()), change)
        }
        None => {
            let (reference, opening) = (context.reference.clone(), Box::new(opening.clone()));
            (Audience::Internal, Change::Opened { reference, opening })
        }
    };
    let verdict = Verdict::of(context, None).also(to, change);
    if opening.maintenance.is_some() {
        return Ok(verdict.events);
    }
    let after = verdict.after(state);
    let incident = after.incidents.get(&id).ok_or(ErrorCode::Internal)?;
    let case = Case { state, context, policy, incident };
    Ok(case.page(verdict, incident, PageCause::Declared, None).events)
}
