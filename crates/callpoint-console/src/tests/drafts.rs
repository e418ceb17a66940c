//! What drafts become, and how far they may reach.

use callpoint_core::{
    client::{Codec as _, JsonCodec},
    model::{
        command::{IncidentCommand, Publish, Update, Visibility},
        id::{AccountId, ComponentId, IncidentId, PersonId},
        incident::{Impact, Incident, Status},
        policy::{Engagement, Terms},
        severity::Severity,
        stake::Stake,
        time::{MINUTE, Time},
    },
    wire::error::Invalid,
};
use litemap::LiteMap;

use super::{NOW, account, id, incident, seal, told, vendor};
use crate::{
    composer::choices::{NextUpdateChoice, ReplyAudience},
    composer::draft::{ComposerDraft, DraftContext, DraftEdit},
    incident::action_form::{ActionForm, FormEntry, FormInput},
};

/// What a draft asks for; what stands in a field for date and time are milliseconds here.
pub fn made<T>(
    incident: &Incident,
    terms: &LiteMap<AccountId, Terms>,
    make: impl FnOnce(DraftContext<'_>) -> Result<T, Invalid>,
) -> Result<T, &'static str> {
    let instant = |text: &str| text.parse().ok().map(Time);
    make(DraftContext { incident, vendor: &vendor(), terms, now: NOW, instant: &instant }).map_err(|wrong| wrong.field)
}

fn command(draft: &ComposerDraft, incident: &Incident) -> Result<IncidentCommand, &'static str> {
    made(incident, &LiteMap::new(), |context| draft.command(context))
}

#[test]
fn a_draft_reaches_the_one_account_and_otherwise_no_further_than_staff() {
    let one = incident(1, "x", 1, 3);
    assert_eq!(ComposerDraft::default().mode(&one), ReplyAudience::Reply);
    let mut two = one.clone();
    two.stakes.push(Stake { account: account("globex", "Globex"), ..two.stakes[0].clone() });
    assert_eq!(ComposerDraft::default().mode(&two), ReplyAudience::Internal);
    assert_eq!(ComposerDraft::default().mode(&Incident { stakes: Vec::new(), ..one.clone() }), ReplyAudience::Internal);
    let reply = ComposerDraft { mode: Some(ReplyAudience::Reply), text: "Hello".into(), ..ComposerDraft::default() };
    assert_eq!(command(&reply, &two), Err("account"));
    let sealed = Incident { seal: seal(), ..one.clone() };
    for wide in [ReplyAudience::Affected, ReplyAudience::Public] {
        assert_eq!(ComposerDraft { mode: Some(wide), ..ComposerDraft::default() }.mode(&sealed), ReplyAudience::Reply);
    }
    let drill = Incident { drill: true, ..one };
    assert!(ReplyAudience::Affected.fits(&drill) && !ReplyAudience::Public.fits(&drill));
}

#[test]
fn switching_how_far_it_reaches_keeps_every_word() {
    let incident = incident(1, "x", 1, 3);
    let mut draft = ComposerDraft::default();
    draft.edit(&incident, DraftEdit::Text("Carefully chosen".into()));
    draft.edit(&incident, DraftEdit::Title("Actions delayed".into()));
    for mode in ReplyAudience::ALL.iter().copied().chain(ReplyAudience::ALL.iter().copied()) {
        draft.edit(&incident, DraftEdit::ReplyAudience(mode));
        assert_eq!((draft.text.as_str(), draft.title.as_str()), ("Carefully chosen", "Actions delayed"));
    }
}

#[test]
fn the_first_public_update_needs_a_title_and_brings_the_incidents_components() {
    let incident = incident(1, "x", 1, 3);
    let mut draft =
        ComposerDraft { mode: Some(ReplyAudience::Public), text: "News".into(), ..ComposerDraft::default() };
    assert_eq!(command(&draft, &incident), Err("title"));
    draft.title = " Actions delayed ".into();
    draft.status = Some(Status::Identified);
    let update = Update {
        text: "News".into(),
        to: Visibility::Public,
        status: Some(Status::Identified),
        next_update: Some(NOW.plus(30 * MINUTE)),
        eta: None,
        workaround: None,
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
            &ComposerDraft {
                mode: Some(ReplyAudience::Affected),
                text,
                next: Some(NextUpdateChoice::At),
                next_at,
                eta,
                ..ComposerDraft::default()
            },
            &incident,
        )
    };
    assert_eq!(at("", ""), Err("next_update"));
    assert_eq!(at("1", ""), Err("next_update"));
    assert_eq!(at("1800000060000", "1"), Err("eta"));
    assert!(at("1800000060000", "1800000120000").is_ok());
}

#[test]
fn a_way_round_goes_with_news_and_with_nothing_else() {
    let incident = incident(1, "x", 1, 3);
    let draft = |mode| {
        let (text, workaround) = ("News".to_owned(), " Export by hand. ".to_owned());
        command(
            &ComposerDraft { mode: Some(mode), text, workaround, title: "T".into(), ..ComposerDraft::default() },
            &incident,
        )
    };
    for mode in [ReplyAudience::Affected, ReplyAudience::Public] {
        let Ok(IncidentCommand::Update(update)) = draft(mode) else { panic!("no update") };
        assert_eq!(update.workaround.as_deref(), Some("Export by hand."));
    }
    let to = Some(Visibility::Internal);
    assert_eq!(
        draft(ReplyAudience::Internal),
        Ok(IncidentCommand::Message { text: "News".into(), to, attachments: Vec::new() })
    );
}

#[test]
fn after_sending_the_next_words_never_reach_further() {
    let draft =
        |mode| ComposerDraft { mode: Some(mode), text: "Sent".into(), title: "T".into(), ..ComposerDraft::default() };
    let after = |mode| {
        let mut draft = draft(mode);
        draft.sent();
        assert!(draft.is_blank());
        draft.mode
    };
    assert_eq!(after(ReplyAudience::Internal), Some(ReplyAudience::Internal));
    assert_eq!(after(ReplyAudience::Reply), Some(ReplyAudience::Reply));
    assert_eq!(after(ReplyAudience::Affected), None);
    assert_eq!(after(ReplyAudience::Public), None);
}

#[test]
fn a_kept_draft_is_taken_up_as_it_was() {
    let filled = FormInput {
        level: Some(Severity(2)),
        words: "Because \"so\".".into(),
        line: "Title".into(),
        until: "1".into(),
        engagement: Some(Engagement::CustomerLed),
        into: Some(id(2)),
        person: PersonId::parse("zoe"),
    };
    let account = || AccountId::parse("acme").unwrap();
    let forms = [
        ActionForm::Assess,
        ActionForm::Propose,
        ActionForm::Lower(account()),
        ActionForm::Waive(account()),
        ActionForm::Engage(account()),
        ActionForm::Roles,
        ActionForm::Release("commander".into()),
        ActionForm::WarRoom,
        ActionForm::Pause,
        ActionForm::Merge,
        ActionForm::Seal,
        ActionForm::GiveAccess,
        ActionForm::Unseal,
    ];
    let opened = |form: ActionForm| FormEntry { form, filled: filled.clone() };
    for (place, mode) in ReplyAudience::ALL.iter().copied().enumerate() {
        let draft = ComposerDraft {
            text: "For us alone".into(),
            mode: Some(mode),
            account: Some(account()),
            status: Some(Status::Monitoring),
            next: NextUpdateChoice::ALL.get(place + 1).copied(),
            next_at: "1".into(),
            eta: "2".into(),
            title: "Title".into(),
            impact: Some(Impact::Major),
            components: Some(vec![ComponentId::parse("actions").unwrap()]),
            workaround: "By hand".into(),
            form: forms.get(place).cloned(),
            filled: forms.clone().map(opened).into(),
            ..ComposerDraft::default()
        };
        let drafts = LiteMap::from_iter([(id(1), draft), (id(2), ComposerDraft::default())]);
        assert_eq!(JsonCodec.decode::<LiteMap<IncidentId, ComposerDraft>>(&JsonCodec.encode(&drafts)), Some(drafts));
    }
}

/// As the version before this one wrote it: every field, with `null` for what was not chosen.
const EARLIER_VERSION: &str = r#"{"00000000-0000-7000-8000-000000000001":{"text":"For us \"alone\"","mode":"affected",
    "account":"acme","status":"monitoring","next":"untold","next_at":"","eta":"2","title":"Title","impact":"major",
    "components":["actions"],"workaround":"By hand","form":{"lower":"acme"},"filled":[{"form":{"lower":"acme"},
    "filled":{"level":2,"words":"Because.","line":"","until":"1","engagement":"customer_led",
    "into":"00000000-0000-7000-8000-000000000002"}},{"form":"war_room","filled":{"level":null,"words":"",
    "line":"https://meet.example/","until":"","engagement":null,"into":null}}]},
    "00000000-0000-7000-8000-000000000002":{"text":"Later","mode":null,"account":null,"status":null,"next":{"in":30},
    "next_at":"","eta":"","title":"","impact":null,"components":null,"workaround":"","form":null,"filled":[]}}"#;

#[test]
fn what_the_version_before_kept_is_taken_up() {
    let incident = |number| IncidentId::new(Time(0), number);
    let acme = || AccountId::parse("acme").unwrap();
    let lower = FormInput {
        level: Some(Severity(2)),
        words: "Because.".into(),
        until: "1".into(),
        engagement: Some(Engagement::CustomerLed),
        into: IncidentId::parse("00000000-0000-7000-8000-000000000002"),
        ..FormInput::default()
    };
    let war_room = FormInput { line: "https://meet.example/".into(), ..FormInput::default() };
    let first = ComposerDraft {
        text: "For us \"alone\"".into(),
        mode: Some(ReplyAudience::Affected),
        account: Some(acme()),
        status: Some(Status::Monitoring),
        next: Some(NextUpdateChoice::Unscheduled),
        eta: "2".into(),
        title: "Title".into(),
        impact: Some(Impact::Major),
        components: Some(vec![ComponentId::parse("actions").unwrap()]),
        workaround: "By hand".into(),
        form: Some(ActionForm::Lower(acme())),
        filled: vec![
            FormEntry { form: ActionForm::Lower(acme()), filled: lower },
            FormEntry { form: ActionForm::WarRoom, filled: war_room },
        ],
        ..ComposerDraft::default()
    };
    let second =
        ComposerDraft { text: "Later".into(), next: Some(NextUpdateChoice::In(30)), ..ComposerDraft::default() };
    let expected = LiteMap::from_iter([(incident(1), first), (incident(2), second)]);
    assert_eq!(JsonCodec.decode::<LiteMap<IncidentId, ComposerDraft>>(EARLIER_VERSION), Some(expected));
}

#[test]
fn what_another_version_kept_is_forgotten_rather_than_misread() {
    for other in ["{\"x\":{}}", "[", "{\"00000000-0000-7000-8000-000000000001\":{\"mode\":\"shouted\"}}"] {
        assert_eq!(JsonCodec.decode::<LiteMap<IncidentId, ComposerDraft>>(other), None, "{other}");
    }
}
