//! The forms: what each says before it is sent, and what is asked for then.

use callpoint_core::{
    model::{
        command::{AccountCommand, IncidentCommand},
        id::{AccountId, IncidentId, PersonId},
        incident::{Incident, Status},
        opening::PlannedWork,
        person::{Invitee, Seal},
        policy::{Engagement, Terms},
        severity::Severity,
        stake::Closure,
        time::{MINUTE, Time},
    },
    text,
    wire::protocol::{Request, StaffProfile},
};
use litemap::LiteMap;

use super::{Fixture, NOW, account, acme, drafts::made, id, incident, on_terms, quiet, seal, told};
use crate::{
    composer::draft::{ComposerDraft, DraftEdit},
    incident::action_form::{ActionForm, Editable, FormEntry, FormInput, InputChange},
    queue::opening::{OpeningInput, OpeningKind},
};

fn with(form: ActionForm, filled: FormInput) -> ComposerDraft {
    ComposerDraft { form: Some(form.clone()), filled: vec![FormEntry { form, filled }], ..ComposerDraft::default() }
}

fn words(words: &str) -> FormInput {
    FormInput { words: words.into(), ..FormInput::default() }
}

fn asked(incident: &Incident, form: ActionForm, filled: FormInput) -> Result<IncidentCommand, &'static str> {
    let request = made(incident, &LiteMap::new(), |context| with(form, filled).form_request(context))?;
    match request {
        Request::Incident(of, command) if of == incident.id => Ok(command),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_form_stands_in_place_of_the_buttons() {
    let acme = || acme().id;
    let forms = [
        ("Assess", ActionForm::Assess),
        ("Propose", ActionForm::Propose),
        ("Lower", ActionForm::Lower(acme())),
        ("Waive", ActionForm::Waive(acme())),
        ("Engage", ActionForm::Engage(acme())),
        ("Roles", ActionForm::Roles),
        ("Release", ActionForm::Release("commander".into())),
        ("WarRoom", ActionForm::WarRoom),
        ("Pause", ActionForm::Pause),
        ("Merge", ActionForm::Merge),
        ("Seal", ActionForm::Seal),
    ];
    let mut row = quiet(1, "Pipelines stand still", 1);
    row.assessment = told().assessment;
    let fixture = Fixture::with(vec![row, incident(2, "Nothing builds", 1, 3)]);
    for (name, form) in forms {
        let drawn = fixture.actions(&ComposerDraft { form: Some(form), ..ComposerDraft::default() });
        assert!(!drawn.contains("class=\"segments\""), "{drawn}");
        insta::assert_snapshot!(format!("form_{name}"), drawn);
    }
}

#[test]
fn unsealing_says_that_nothing_said_so_far_becomes_visible() {
    let mut sealed = quiet(1, "x", 1);
    sealed.seal = seal();
    let drawn = Fixture::with(vec![sealed])
        .actions(&ComposerDraft { form: Some(ActionForm::Unseal), ..ComposerDraft::default() });
    assert!(drawn.contains("Nobody new gets to see earlier entries."), "{drawn}");
    insta::assert_snapshot!("form_Unseal", drawn);
}

#[test]
fn the_button_says_what_will_happen_under_the_engagement() {
    let says = |engagement| {
        let mut row = quiet(1, "x", 1);
        row.stakes[0].terms = on_terms(engagement);
        let drawn = Fixture::with(vec![row])
            .actions(&ComposerDraft { form: Some(ActionForm::Lower(acme().id)), ..ComposerDraft::default() });
        drawn.replace('\u{a0}', " ")
    };
    assert!(says(Engagement::Advisory).contains(">Lower severity</button>"));
    assert!(says(Engagement::Shared).contains(">Send request (takes effect in 4 hours without a reply)</button>"));
    assert!(says(Engagement::CustomerLed).contains(">Send request</button>"));
}

#[test]
fn only_what_is_less_severe_than_what_counts_can_be_asked_for() {
    let lower = |level| {
        asked(&told(), ActionForm::Lower(acme().id), FormInput { level: Some(Severity(level)), ..words("One region.") })
    };
    assert_eq!(lower(1), Err("severity"));
    let (account, severity, reason) = (acme().id, Severity(2), "One region.".to_owned());
    assert_eq!(lower(2), Ok(IncidentCommand::ProposeDowngrade { account, severity, reason }));
    assert_eq!(asked(&told(), ActionForm::Lower(acme().id), words("Why")), Err("severity"));
}

#[test]
fn what_was_judged_before_is_chosen_until_something_else_is() {
    let reason = "Still one region.".to_owned();
    let again = asked(&told(), ActionForm::Assess, words(&reason));
    assert_eq!(again, Ok(IncidentCommand::Assess { severity: Severity(2), reason }));
    assert_eq!(asked(&incident(1, "x", 1, 3), ActionForm::Assess, words("Why")), Err("severity"));
}

#[test]
fn each_form_asks_for_what_it_says() {
    let row = told();
    let ask = |form, filled| asked(&row, form, filled);
    let reason = || "Because.".to_owned();
    let waive = IncidentCommand::Waive { account: acme().id, reason: reason() };
    assert_eq!(ask(ActionForm::Waive(acme().id), words("Because.")), Ok(waive));
    assert_eq!(ask(ActionForm::Waive(acme().id), words(" ")), Err("reason"));
    let release = IncidentCommand::ReleaseRole { role: "commander".into(), reason: reason() };
    assert_eq!(ask(ActionForm::Release("commander".into()), words(" Because. ")), Ok(release));
    let line = |line: &str| FormInput { line: line.into(), ..words("Because.") };
    assert_eq!(ask(ActionForm::WarRoom, line("http://meet.example")), Err("url"));
    let url = "https://meet.example/1".to_owned();
    assert_eq!(ask(ActionForm::WarRoom, line(&url)), Ok(IncidentCommand::SetWarRoom { url: url.clone() }));
    let until = |until: &str| FormInput { until: until.into(), ..words("Because.") };
    assert_eq!(ask(ActionForm::Pause, until("")), Err("until"));
    assert_eq!(ask(ActionForm::Pause, until("1")), Err("until"));
    let later = Time(NOW.0 + MINUTE);
    let pause = IncidentCommand::Pause { until: later, reason: reason() };
    assert_eq!(ask(ActionForm::Pause, until(&later.0.to_string())), Ok(pause));
    assert_eq!(ask(ActionForm::Merge, FormInput::default()), Err("into"));
    let into = FormInput { into: Some(id(2)), ..FormInput::default() };
    assert_eq!(ask(ActionForm::Merge, into), Ok(IncidentCommand::Merge { into: id(2) }));
    assert_eq!(ask(ActionForm::Seal, words("Because.")), Ok(IncidentCommand::Seal { reason: reason() }));
    assert_eq!(ask(ActionForm::GiveAccess, FormInput::default()), Err("person"));
    let zoe = FormInput { person: PersonId::parse("zoe"), ..FormInput::default() };
    let invite = IncidentCommand::Invite(Invitee::Person(PersonId::parse("zoe").unwrap()));
    assert_eq!(ask(ActionForm::GiveAccess, zoe), Ok(invite));
    assert_eq!(ask(ActionForm::Unseal, words("Because.")), Err("new_title"));
    let unseal = IncidentCommand::Unseal { reason: reason(), title: "Tokens".into() };
    assert_eq!(ask(ActionForm::Unseal, line("Tokens")), Ok(unseal));
}

#[test]
fn an_engagement_is_set_for_the_future_and_keeps_what_else_was_agreed() {
    let filled = FormInput { engagement: Some(Engagement::CustomerLed), ..FormInput::default() };
    let set = |incident: &Incident, terms: &LiteMap<AccountId, Terms>| {
        made(incident, terms, |context| with(ActionForm::Engage(acme().id), filled.clone()).form_request(context))
    };
    let mut row = told();
    row.stakes[0].terms = Terms { reopen_days: 3, ..Terms::default() };
    let request = |reopen_days| {
        let terms = Terms { engagement: Engagement::CustomerLed, reopen_days, ..Terms::default() };
        Ok(Request::Account(acme().id, AccountCommand::SetEngagement(terms)))
    };
    assert_eq!(set(&row, &LiteMap::new()), request(3));
    let newer = LiteMap::from_iter([(acme().id, Terms { reopen_days: 5, ..Terms::default() })]);
    assert_eq!(set(&row, &newer), request(5));
}

#[test]
fn what_was_meant_for_one_account_never_stands_before_another() {
    let row = told();
    let mut draft = ComposerDraft::default();
    draft.edit(&row, DraftEdit::Form(Some(ActionForm::Waive(acme().id))));
    draft.edit(&row, DraftEdit::InputChange(InputChange::Words("For Acme alone".into())));
    let globex = ActionForm::Waive(AccountId::parse("globex").unwrap());
    draft.edit(&row, DraftEdit::Form(Some(globex.clone())));
    assert_eq!(draft.filled(&globex), FormInput::default());
    assert_eq!(draft.filled(&ActionForm::Waive(acme().id)).words, "For Acme alone");
    assert!(!draft.is_blank());
    draft.form_sent();
    assert!(!draft.is_blank() && draft.form.is_none());
}

#[test]
fn what_has_ended_opens_no_form_but_the_seals() {
    let mut ended = Incident { status: Status::Resolved, seal: seal(), ..quiet(1, "x", 1) };
    ended.stakes[0].closure = Closure::Confirmed(NOW);
    let opens = |form: ActionForm| {
        let mut draft = ComposerDraft::default();
        draft.edit(&ended, DraftEdit::Form(Some(form)));
        draft.form.is_some()
    };
    assert!(opens(ActionForm::Unseal));
    assert!(!opens(ActionForm::Assess) && !opens(ActionForm::Roles) && !opens(ActionForm::Seal));
}

#[test]
fn what_was_refused_comes_back_to_its_form() {
    let commands = [
        IncidentCommand::Assess { severity: Severity(2), reason: "A".into() },
        IncidentCommand::ProposeDowngrade { account: acme().id, severity: Severity(3), reason: "A".into() },
        IncidentCommand::Waive { account: acme().id, reason: "A".into() },
        IncidentCommand::ReleaseRole { role: "observer".into(), reason: "A".into() },
        IncidentCommand::Seal { reason: "A".into() },
        IncidentCommand::Unseal { reason: "A".into(), title: "T".into() },
        IncidentCommand::SetWarRoom { url: "https://meet.example/".into() },
    ];
    for command in commands {
        let mut draft = ComposerDraft::default();
        let editable = || Editable::of(command.clone()).unwrap();
        assert!(draft.has_room(&editable()));
        draft.edit_again(editable());
        assert!(!draft.has_room(&editable()), "{command:?}");
        assert_eq!(
            made(&told(), &LiteMap::new(), |context| draft.form_request(context)),
            Ok(Request::Incident(id(1), command))
        );
    }
}

#[test]
fn only_what_can_take_it_in_is_offered_to_merge_into() {
    let row = quiet(1, "Pipelines stand still", 1);
    let other = |number, change: fn(&mut Incident)| {
        let mut other = quiet(number, "Nothing builds", 2);
        change(&mut other);
        other
    };
    let rows = vec![
        row,
        other(2, |_| {}),
        other(3, |other| other.drill = true),
        other(4, |other| other.merged_into = Some(id(2))),
        other(5, |other| other.seal = seal()),
        other(6, |other| other.stakes[0].account = account("globex", "Globex")),
    ];
    let offered = |filled: FormInput| {
        let fixture = Fixture::with(rows.clone());
        let drawn = fixture.actions(&with(ActionForm::Merge, filled));
        let found: Vec<IncidentId> = (1..=6).filter(|n| drawn.contains(&format!("NW-{}", 4100 + n))).map(id).collect();
        (found, drawn)
    };
    let looked_for = |line: &str| FormInput { line: line.into(), ..FormInput::default() };
    assert_eq!(offered(FormInput::default()).0, [id(2), id(6)]);
    assert_eq!(offered(looked_for("4102")).0, [id(2)]);
    assert_eq!(offered(looked_for("glob")).0, [id(6)]);
    assert!(offered(looked_for("none of them")).1.contains("No matching open incidents."));
    let chosen = offered(FormInput { into: Some(id(2)), ..looked_for("glob") });
    assert_eq!(chosen.0, [id(2), id(6)]);
    assert!(chosen.1.contains(">Merge into NW-4102</button>"), "{}", chosen.1);
}

#[test]
fn a_role_goes_to_any_of_staff_or_to_those_on_the_incident_while_they_are_not_known() {
    let fixture = Fixture::with(vec![quiet(1, "x", 1)]);
    let drawn = |staff: &[StaffProfile]| {
        let draft = ComposerDraft { form: Some(ActionForm::Roles), ..ComposerDraft::default() };
        fixture.actions_among(staff, &draft)
    };
    let alone = drawn(&[]);
    assert!(alone.contains("<option value=\"theo\">Theo Brandt</option>"), "{alone}");
    let known = drawn(&[profile("mara", "Mara Lind", false), profile("zoe", "Zoe Falk", false)]);
    assert!(known.contains("<option value=\"zoe\">Zoe Falk</option>"), "{known}");
    // Oneself takes a role by the button.
    assert!(!known.contains("<option value=\"mara\">"), "{known}");
}

fn profile(person: &str, name: &str, security: bool) -> StaffProfile {
    StaffProfile { person: PersonId::parse(person).unwrap(), name: name.into(), title: "Responder".into(), security }
}

#[test]
fn a_sealed_incident_goes_to_whoever_has_access_and_is_opened_to_whoever_has_none() {
    let mut sealed = Incident { seal: seal(), ..quiet(1, "x", 1) };
    sealed.seal.as_mut().unwrap().staff.push(PersonId::parse("kim").unwrap());
    let fixture = Fixture::with(vec![sealed]).with_security();
    let staff =
        [profile("kim", "Kim Lo", false), profile("zoe", "Zoe Falk", false), profile("theo", "Theo Brandt", true)];
    let draft = |form, filled| ComposerDraft { form: Some(form), ..with(ActionForm::GiveAccess, filled) };
    let roles = fixture.actions_among(&staff, &draft(ActionForm::Roles, FormInput::default()));
    for (person, offered) in [("kim", true), ("theo", true), ("zoe", false)] {
        assert_eq!(roles.contains(&format!("<option value=\"{person}\">")), offered, "{roles}");
    }
    let zoe = FormInput { person: PersonId::parse("zoe"), ..FormInput::default() };
    let form = fixture.actions_among(&staff, &draft(ActionForm::GiveAccess, zoe));
    assert!(form.contains(">Give Zoe Falk access</button>"), "{form}");
    assert!(!form.contains("Kim Lo") && !form.contains("Theo Brandt"), "{form}");
    let [kim, _, theo] = staff;
    let nobody = fixture.actions_among(&[kim, theo], &draft(ActionForm::GiveAccess, FormInput::default()));
    assert!(nobody.contains("All staff can already see this."), "{nobody}");
    assert!(!form.contains("type=\"email\""), "the account has its reporter: {form}");
    insta::assert_snapshot!("form_GiveAccess", form);
}

#[test]
fn what_staff_opened_and_sealed_is_opened_to_one_person_of_the_account() {
    let mut opened = quiet(1, "x", 1);
    opened.stakes[0].opened_by_staff = true;
    opened.stakes[0].followers.clear();
    let seals = ComposerDraft { form: Some(ActionForm::Seal), ..with(ActionForm::Seal, FormInput::default()) };
    let seal_form = Fixture::with(vec![opened.clone()]).with_security().actions_among(&[], &seals);
    assert!(seal_form.contains("Only the security team will see this."), "{seal_form}");
    opened.seal = Some(Seal::of(None));
    let line = FormInput { line: "ben@acme.example".into(), ..FormInput::default() };
    let by_email = IncidentCommand::Invite(Invitee::Email("ben@acme.example".into()));
    assert_eq!(asked(&opened, ActionForm::GiveAccess, line.clone()), Ok(by_email));
    let draft = ComposerDraft { form: Some(ActionForm::GiveAccess), ..with(ActionForm::GiveAccess, line) };
    let form = Fixture::with(vec![opened]).with_security().actions_among(&[], &draft);
    assert!(form.contains("type=\"email\"") && form.contains("ben@acme.example"), "{form}");
}

#[test]
fn the_place_for_what_is_wrong_is_always_there() {
    let fixture = Fixture::with(vec![quiet(1, "x", 1)]);
    let drawn = |form_error| {
        fixture.actions(&ComposerDraft { form: Some(ActionForm::Pause), form_error, ..ComposerDraft::default() })
    };
    let elements = |drawn: String| drawn.matches('<').count();
    let wrong = drawn(Some("Add a reason.".to_owned()));
    assert!(wrong.contains(">Add a reason.</p>"), "{wrong}");
    // Fields after a place that comes and goes are made anew, and lose the focus while somebody types.
    assert_eq!(elements(wrong), elements(drawn(None)));
}

#[test]
fn what_staff_open_is_complete_before_it_is_sent() {
    let instant = |text: &str| text.parse().ok().map(Time);
    let filled = OpeningInput { title: "Queues grow".into(), severity: Some(Severity(2)), ..OpeningInput::default() };
    let opened = |change: fn(&mut OpeningInput)| {
        let mut input = filled.clone();
        change(&mut input);
        input.opening(&[acme()], instant)
    };
    let found = opened(|_| ()).unwrap();
    assert_eq!((found.severity, found.drill, found.account, found.maintenance), (Some(Severity(2)), false, None, None));
    assert_eq!(opened(|input| input.title = " ".into()), Err(text::OPENING_NEED_TITLE));
    assert_eq!(opened(|input| input.severity = None), Err(text::NEED_LEVEL));
    assert!(opened(|input| input.kind = OpeningKind::Drill).unwrap().drill);
    let account = |input: &mut OpeningInput| input.kind = OpeningKind::Account;
    assert_eq!(opened(account), Err(text::NEED_ACCOUNT));
    let known = opened(|input| (input.kind, input.account) = (OpeningKind::Account, acme().id.text())).unwrap();
    assert_eq!(known.account, Some(acme()), "by the name that is known");
    let new = |input: &mut OpeningInput| (input.kind, input.account) = (OpeningKind::Account, "new".into());
    assert_eq!(opened(new), Err(text::NEED_ACCOUNT), "nobody knows its name");
    let planned = |input: &mut OpeningInput| {
        (input.kind, input.starts, input.ends) = (OpeningKind::Maintenance, "5".into(), "9".into());
    };
    let planned = opened(planned).unwrap();
    let window = PlannedWork { starts_at: Time(5), ends_at: Time(9) };
    assert_eq!((planned.maintenance, planned.severity), (Some(window), None));
    let backwards = |input: &mut OpeningInput| {
        (input.kind, input.starts, input.ends) = (OpeningKind::Maintenance, "9".into(), "5".into());
    };
    assert_eq!(opened(backwards), Err(text::OPENING_NEED_WINDOW));
}
