//! What drafts become, and how far they may reach.

use std::collections::BTreeMap;

use callpoint_core::{
    command::{IncidentCommand, Publish, Update, Visibility},
    id::{ComponentId, IncidentId, PersonId},
    incident::{Impact, Incident, Stake, Status},
    severity::Scheme,
    time::{MINUTE, Time},
};

use super::{NOW, account, id, incident, told};
use crate::draft::{self, Draft, Edit, Mode, Next};

fn command(draft: &Draft, incident: &Incident) -> Result<IncidentCommand, &'static str> {
    let scheme = Scheme::preset("sev1-3").unwrap();
    let instant = |text: &str| text.parse().ok().map(Time);
    draft.command(draft::Desk { incident, scheme: &scheme, now: NOW, instant: &instant }).map_err(|wrong| wrong.field)
}

#[test]
fn a_draft_reaches_the_one_account_and_otherwise_no_further_than_staff() {
    let one = incident(1, "x", 1, 3);
    assert_eq!(Draft::default().mode(&one), Mode::Reply);
    let mut two = one.clone();
    two.stakes.push(Stake { account: account("globex", "Globex"), ..two.stakes[0].clone() });
    assert_eq!(Draft::default().mode(&two), Mode::Internal);
    assert_eq!(Draft::default().mode(&Incident { stakes: Vec::new(), ..one.clone() }), Mode::Internal);
    let reply = Draft { mode: Some(Mode::Reply), text: "Hello".into(), ..Draft::default() };
    assert_eq!(command(&reply, &two), Err("account"));
    let sealed = Incident { sealed: PersonId::parse("ada"), ..one };
    for wide in [Mode::Affected, Mode::Public] {
        assert_eq!(Draft { mode: Some(wide), ..Draft::default() }.mode(&sealed), Mode::Reply);
    }
}

#[test]
fn switching_how_far_it_reaches_keeps_every_word() {
    let incident = incident(1, "x", 1, 3);
    let mut draft = Draft::default();
    draft.edit(&incident, Edit::Text("Carefully chosen".into()));
    draft.edit(&incident, Edit::Title("Actions delayed".into()));
    for mode in Mode::ALL.into_iter().chain(Mode::ALL) {
        draft.edit(&incident, Edit::Mode(mode));
        assert_eq!((draft.text.as_str(), draft.title.as_str()), ("Carefully chosen", "Actions delayed"));
    }
}

#[test]
fn the_first_public_update_needs_a_title_and_brings_the_incidents_components() {
    let incident = incident(1, "x", 1, 3);
    let mut draft = Draft { mode: Some(Mode::Public), text: "News".into(), ..Draft::default() };
    assert_eq!(command(&draft, &incident), Err("title"));
    draft.title = " Actions delayed ".into();
    draft.status = Some(Status::Identified);
    let update = Update {
        text: "News".into(),
        to: Visibility::Public,
        status: Some(Status::Identified),
        next_update: Some(NOW.plus(30 * MINUTE)),
        eta: None,
        publish: Some(Publish {
            title: "Actions delayed".into(),
            impact: Impact::Major,
            components: vec![ComponentId::parse("actions").unwrap()],
        }),
    };
    assert_eq!(command(&draft, &incident), Ok(IncidentCommand::Update(update)));
    let public = Incident { publication: told().publication, ..incident };
    let Ok(IncidentCommand::Update(again)) = command(&draft, &public) else { panic!("no update") };
    assert_eq!(again.publish, None);
}

#[test]
fn times_must_be_still_to_come() {
    let incident = incident(1, "x", 1, 3);
    let at = |next_at: &str, eta: &str| {
        let (next_at, eta, text) = (next_at.to_owned(), eta.to_owned(), "News".to_owned());
        command(
            &Draft { mode: Some(Mode::Affected), text, next: Some(Next::At), next_at, eta, ..Draft::default() },
            &incident,
        )
    };
    assert_eq!(at("", ""), Err("next_update"));
    assert_eq!(at("1", ""), Err("next_update"));
    assert_eq!(at("1800000060000", "1"), Err("eta"));
    assert!(at("1800000060000", "1800000120000").is_ok());
}

#[test]
fn after_sending_the_next_words_never_reach_further() {
    let draft = |mode| Draft { mode: Some(mode), text: "Sent".into(), title: "T".into(), ..Draft::default() };
    let after = |mode| {
        let mut draft = draft(mode);
        draft.sent();
        assert!(draft.is_blank());
        draft.mode
    };
    assert_eq!(after(Mode::Internal), Some(Mode::Internal));
    assert_eq!(after(Mode::Reply), Some(Mode::Reply));
    assert_eq!(after(Mode::Affected), None);
    assert_eq!(after(Mode::Public), None);
}

#[test]
fn a_kept_draft_still_knows_how_far_it_was_to_reach() {
    let draft = Draft { mode: Some(Mode::Internal), text: "For us alone".into(), ..Draft::default() };
    let kept = serde_json::to_string(&BTreeMap::from([(id(1), &draft)])).unwrap();
    let found: BTreeMap<IncidentId, Draft> = serde_json::from_str(&kept).unwrap();
    assert_eq!(found[&id(1)], draft);
}
