//! What people ask for, made up from chance.

use callpoint_core::{
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand as Ask, Publish, Update, Visibility},
        component::ComponentStatus,
        id::AccountId,
        incident::{Impact, Incident, Status},
        opening::Opening,
        person::Invitee,
        policy::{Engagement, Terms},
        report::ReportDraft,
        severity::Severity,
        stake::Closure,
        time::{HOUR, MINUTE, Time},
    },
    rules::hint::Answers,
    wire::protocol::Request,
};

use crate::{
    chance::Chance,
    people::{Society, THEO, account, component, is_staff, person},
};

pub(crate) fn report(number: usize, severity: u8, security: bool, drill: bool) -> ReportDraft {
    ReportDraft {
        what: format!("report {number}"),
        component: Some(component("labels")),
        severity: Some(Severity(severity)),
        drill,
        answers: Answers { security: security.then_some(true), ..Answers::default() },
        ..ReportDraft::default()
    }
}

/// What staff open themselves, for an account or for nobody yet.
pub(crate) fn opening(chance: &mut Chance, number: usize, severity: u8, drill: bool) -> Opening {
    Opening {
        title: format!("opening {number}"),
        severity: Some(Severity(severity)),
        components: vec![component("checkout")],
        drill,
        account: chance.percent(50).then(|| account(chance.one_of(&["Acme", "Globex"]))),
        ..Opening::default()
    }
}

/// What staff set beside incidents, and words for it.
pub(crate) fn random_setting(chance: &mut Chance) -> (Request, &'static str) {
    if chance.percent(70) {
        let status = chance.one_of(ComponentStatus::ALL);
        let command = ComponentCommand::SetStatus { status };
        return (
            Request::Component(component(chance.one_of(&["checkout", "labels"])), command),
            "a component's status",
        );
    }
    let terms = Terms { engagement: chance.one_of(Engagement::ALL), ..Terms::default() };
    let account = account(chance.one_of(&["Acme", "Globex"])).id;
    (Request::Account(account, AccountCommand::SetEngagement(terms)), "other terms for an account")
}

/// What somebody asks of an incident as it is known to them: most often what makes sense. `number` makes the words their
/// own.
pub(crate) fn random_command(
    chance: &mut Chance,
    society: &Society,
    person: usize,
    known: Option<&Incident>,
    number: usize,
    now: Time,
) -> Ask {
    // Now and then somebody tries what is not theirs to ask.
    let staff = is_staff(person) != chance.percent(3);
    let viewer = society.viewer(Some(person));
    let mut command = any_command(chance, staff, number, now);
    for _ in 0..5 {
        if known.is_none_or(|incident| makes_sense(&command, incident, viewer.account())) {
            break;
        }
        command = any_command(chance, staff, number, now);
    }
    command
}

fn makes_sense(command: &Ask, incident: &Incident, own: Option<&AccountId>) -> bool {
    let stake = own.and_then(|account| incident.stake(account));
    match command {
        Ask::Confirm {} | Ask::Dispute { .. } => {
            stake.is_some_and(|one| matches!(one.closure, Closure::Proposed { .. }))
        }
        Ask::AcceptDowngrade {} | Ask::RefuseDowngrade { .. } => stake.is_some_and(|one| one.downgrade.is_some()),
        Ask::Join { .. } => stake.is_none(),
        Ask::Reopen { .. } => stake.is_some_and(|one| one.closure.is_turned()),
        Ask::Unseal { .. } | Ask::Invite(_) => incident.seal.is_some(),
        Ask::Seal { .. } => incident.seal.is_none(),
        Ask::Acknowledge {} => incident.acknowledged.is_none(),
        Ask::ProposeResolution { .. } => incident.is_open() && !incident.stakes.is_empty(),
        Ask::ReleaseRole { .. } => !incident.roles.is_empty(),
        Ask::ProposeDowngrade { account, .. } | Ask::Waive { account, .. } => incident.stake(account).is_some(),
        _ => true,
    }
}

fn any_command(chance: &mut Chance, staff: bool, number: usize, now: Time) -> Ask {
    let words = || format!("words {number}");
    let severity = |chance: &mut Chance| Severity(chance.one_of(&[1, 2, 3]));
    let who = |chance: &mut Chance| account(chance.one_of(&["Acme", "Globex"])).id;
    let to = |chance: &mut Chance| match chance.below(5) {
        0 => Visibility::Internal,
        1 => Visibility::Account(who(chance)),
        2 | 3 => Visibility::Affected,
        _ => Visibility::Public,
    };
    let status = |chance: &mut Chance| {
        use Status::{Identified, Investigating, Monitoring, Resolved};
        chance.one_of(&[Investigating, Identified, Monitoring, Resolved])
    };
    let message = |to| Ask::Message { text: words(), to, attachments: Vec::new() };
    if !staff {
        return match chance.below(24) {
            0..=9 => message(None),
            10..=12 => Ask::Confirm {},
            13 | 14 => Ask::Dispute { reason: words() },
            15 => Ask::Reopen { reason: words() },
            16 | 17 => Ask::Join { severity: severity(chance), text: words() },
            18 => Ask::SetSeverity { severity: severity(chance), reason: words() },
            19 => Ask::AcceptDowngrade {},
            20 => Ask::RefuseDowngrade { reason: words() },
            21 => Ask::Follow {},
            22 => Ask::Invite(Invitee::Person(person(chance.below(2)))),
            _ => Ask::Unfollow {},
        };
    }
    match chance.below(28) {
        0..=3 => message(Some(to(chance))),
        4..=10 => Ask::Update(Update {
            text: words(),
            to: to(chance),
            status: chance.percent(30).then(|| status(chance)),
            next_update: chance.percent(60).then(|| now.plus(chance.span(MINUTE, 3 * HOUR))),
            eta: None,
            workaround: chance.percent(20).then(words),
            publish: chance.percent(70).then(|| Publish {
                title: words(),
                impact: chance.one_of(&[Impact::Minor, Impact::Major, Impact::Critical]),
                components: vec![component("checkout")],
            }),
        }),
        11..=13 => Ask::Acknowledge {},
        14 => Ask::Assess { severity: severity(chance), reason: words() },
        15 | 16 => Ask::Move { status: status(chance) },
        17..=19 => Ask::ProposeResolution { text: words() },
        20 => Ask::ProposeDowngrade { account: who(chance), severity: severity(chance), reason: words() },
        21 => Ask::Waive { account: who(chance), reason: words() },
        22 => Ask::AssignRole { role: "commander".to_owned(), person: Some(person(THEO)) },
        23 => Ask::ReleaseRole { role: "commander".to_owned(), reason: words() },
        24 => Ask::Seal { reason: words() },
        25 => Ask::Unseal { reason: words(), title: words() },
        26 => Ask::Pause { until: now.plus(chance.span(MINUTE, 5 * HOUR)), reason: words() },
        _ => Ask::Invite(Invitee::Person(person(3 + chance.below(2)))),
    }
}
