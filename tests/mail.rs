//! Mail, with a real mail server on this machine: who is told what, in which words, and what becomes of it when the
//! server is away or wants none of it. Each on both databases.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

#[path = "mail/language.rs"]
mod language;

use std::collections::BTreeSet;

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Visibility},
        event::Change,
        id::{AccountId, IncidentId, PersonId},
        person::Invitee,
        severity::Severity,
        stake::Closure,
        time::{DAY, HOUR, MINUTE},
    },
    wire::protocol::Preferences,
};
use callpoint_server::config::Config;
use callpoint_tests::{Backend, MailServer, Person, Site, TakenMail, id, on_both_databases, publish, say, text};
use mail_parser::{HeaderValue, Message, MessageParser};

on_both_databases! {
    a_mailbox_after_a_whole_incident,
    one_click_ends_one_kind_of_mail,
    nothing_is_lost_while_the_mail_server_is_away_and_silence_waits,
    what_can_never_be_delivered_holds_back_nobody,
    of_what_is_sealed_a_mail_says_only_that_there_is_news,
    whoever_is_invited_gets_a_mail_that_says_nothing_of_the_incident,
    less_severe_incidents_send_no_mail_in_quiet_hours,
}

fn by(server: &MailServer) -> impl FnOnce(&mut Config) {
    let url = server.url.clone();
    move |config| {
        config.mail.url = url;
        config.mail.from = text("Northwind <support@northwind.example>");
        config.public_url = text("https://incidents.northwind.example");
        config.customers.thread_url = text("https://app.northwind.example/help?incident={incident}");
        config.engagement.default = text("shared");
        config.vendor.csm = vec![text("acme=mara")];
    }
}

fn parse(mail: &TakenMail) -> Message<'_> {
    MessageParser::default().parse(mail.raw.as_bytes()).unwrap()
}

fn raw_header(mail: &TakenMail, name: &str) -> String {
    let unfolded = mail.raw.replace("\r\n ", " ");
    let prefix = format!("{name}: ");
    unfolded.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default().to_owned()
}

fn body(mail: &TakenMail) -> String {
    parse(mail).body_text(0).unwrap().into_owned()
}

/// To whom, and the first line without the time in it.
fn told(mail: &TakenMail) -> String {
    let body = body(mail);
    let line = body.lines().next().unwrap();
    let line = [" on ", " until "].iter().find_map(|word| Some(line.split_once(word)?.0)).unwrap_or(line);
    format!("{}: {line}", mail.to.split('@').next().unwrap())
}

/// All that its reader reads of it.
fn shown(mail: &TakenMail) -> String {
    let parsed = parse(mail);
    let (subject, html) = (parsed.subject().unwrap(), parsed.body_html(0).unwrap());
    [raw_header(mail, "From"), raw_header(mail, "To"), text(subject), body(mail), html.into_owned()]
        .join("\n")
        .replace(&unsubscribe_path(mail), "")
}

fn unsubscribe_path(mail: &TakenMail) -> String {
    let address = raw_header(mail, "List-Unsubscribe");
    let address = address.strip_prefix('<').unwrap().strip_suffix('>').unwrap();
    address.strip_prefix("https://incidents.northwind.example").unwrap().to_owned()
}

async fn post(person: &Person, path: &str, form: &str) -> u16 {
    let request = person.request(reqwest::Method::POST, path);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
    Person::send(request).await.status
}

async fn closure(staff: &Person, incident: IncidentId) -> Closure {
    staff.thread(incident).await.incident.stakes[0].closure.clone()
}

async fn a_mailbox_after_a_whole_incident(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, by(&server)).await;
    let (ada, ben, gita) = (site.ada(), site.ben(), site.gita());
    let (mara, theo) = (site.staff("mara").await, site.staff("theo").await);
    let incident = ada.declare("Pipelines are stuck").await.incident;
    mara.does(incident, Ask::Acknowledge {}).await;
    ben.does(incident, say("Ours are <b>all</b> stuck.", None)).await;
    theo.does(incident, Ask::Update(publish("Pipelines start late", "We are on it."))).await;
    gita.does(incident, Ask::Join { severity: Severity(2), text: text("Globex deploys nothing") }).await;
    let acme = || id(AccountId::parse, "acme");
    theo.does(incident, say("Your runners **only**, @Ben Ortiz", Some(Visibility::Account(acme())))).await;
    theo.does(incident, say("Runners of @Mara Lind's customers", Some(Visibility::Internal))).await;
    let downgrade = Ask::ProposeDowngrade { account: acme(), severity: Severity(3), reason: text("It runs, late.") };
    theo.does(incident, downgrade).await;
    // A question is asked while it waits: nobody answers before it came.
    let mut mails = server.take(11).await;
    ben.does(incident, Ask::RefuseDowngrade { reason: text("Not for us.") }).await;
    theo.does(incident, Ask::ProposeResolution { text: text("Restarted the runners.") }).await;
    mails.extend(server.take(5).await);
    let mut console = theo.listen(None).await;
    console.reset().await;
    site.wait(55 * HOUR);
    for _ in 0..2 {
        console.until(|change| matches!(change, Change::ReminderDelivered { .. })).await;
    }
    site.wait(18 * HOUR);
    console.until(|change| matches!(change, Change::TimedOut { .. })).await;

    mails.extend(server.take(6).await);
    let expected = [
        "mara: Ada Marsh (Acme Robotics) reported this as SEV2.",
        "ada: Mara Lind acknowledged your report.",
        "ada: Ben Ortiz wrote.",
        "mara: Ben Ortiz (Acme Robotics) wrote.",
        "ada: Northwind posted an update.",
        "ben: Northwind posted an update.",
        "ada: Theo Park wrote.",
        "ben: Theo Park mentioned you.",
        "mara: Theo Park mentioned you.",
        "ada: Theo Park proposes SEV3. Do you agree?",
        "ben: Theo Park proposes SEV3. Do you agree?",
        "ada: Ben Ortiz declined the downgrade.",
        "mara: Ben Ortiz (Acme Robotics) declined the downgrade.",
        "ada: Theo Park marked this as resolved. Is it fixed for you?",
        "ben: Theo Park marked this as resolved. Is it fixed for you?",
        "gita: Theo Park marked this as resolved. Is it fixed for you?",
        "ada: Is it fixed for you? We'll close this",
        "ben: Is it fixed for you? We'll close this",
        "gita: Is it fixed for you? We'll close this",
        "ada: We closed this because we didn't hear from you. If it isn't fixed, you can reopen it",
        "ben: We closed this because we didn't hear from you. If it isn't fixed, you can reopen it",
        "gita: We closed this because we didn't hear from you. If it isn't fixed, you can reopen it",
    ];
    let lines: BTreeSet<String> = mails.iter().map(told).collect();
    assert_eq!(lines, expected.map(str::to_owned).into());

    let ids: BTreeSet<String> = mails.iter().map(|mail| parse(mail).message_id().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), mails.len(), "each once");
    for mail in &mails {
        let parsed = parse(mail);
        let root = format!("{incident}@northwind.example");
        for header in [parsed.references(), parsed.in_reply_to()] {
            assert!(matches!(header, HeaderValue::Text(id) if *id == root), "{header:?}");
        }
        let staff = mail.to.ends_with("@northwind.example");
        let title = if mail.to.starts_with("gita") { "Pipelines start late" } else { "Pipelines are stuck" };
        assert_eq!(parsed.subject(), Some(&*format!("[NW-4127] {title}")));
        let link = match staff {
            true => format!("https://incidents.northwind.example/console/incidents/{incident}"),
            false => format!("https://app.northwind.example/help?incident={incident}"),
        };
        let html = parsed.body_html(0).unwrap();
        assert!(parsed.parts.len() == 3 && html.contains(&format!("href=\"{link}\"")) && body(mail).contains(&link));
        assert!(html.contains("lang=\"en\"") && !html.contains("<b>all"), "{html}");
        assert_eq!(html.contains("runners <strong>only</strong>"), body(mail).contains("runners **only**"));
        assert_eq!(raw_header(mail, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(html.contains(&unsubscribe_path(mail)) && body(mail).contains(&unsubscribe_path(mail)));
        assert_eq!(raw_header(mail, "Auto-Submitted"), "auto-generated");
        let foreign: &[&str] = match mail.to.split('@').nth(1).unwrap() {
            "acme.example" => &["lobex", "Gita", "Runners of"],
            "globex.example" => {
                &["cme", "Ada", "Ben", "Pipelines are stuck", "Your runners", "Runners of", "Not for us"]
            }
            _ => &[],
        };
        for word in foreign {
            assert!(!shown(mail).contains(word), "{} reads {word} in {}", mail.to, shown(mail));
        }
    }
    site.assert_snapshot_is_fold().await;
    let site = site.restart().await;
    site.ada().does(incident, say("Thanks", None)).await;
    let next = server.take(2).await;
    assert!(next.iter().all(|mail| body(mail).contains("Thanks")), "a restart tells nothing twice: {next:?}");
}

async fn one_click_ends_one_kind_of_mail(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, |config| {
        by(&server)(config);
        config.vendor.csm.clear();
    })
    .await;
    let (ada, mara, anybody) = (site.ada(), site.staff("mara").await, site.anybody());
    let preferences = async |person: &Person| person.get("/v1/preferences").await.json::<Preferences>();
    assert_eq!(anybody.get("/v1/preferences").await.code(), "unauthenticated");
    let first = ada.declare("Pipelines are stuck").await.incident;
    mara.does(first, Ask::Acknowledge {}).await;
    let mail = server.next().await;
    let path = unsubscribe_path(&mail);
    let page = anybody.get(&path).await;
    assert!(page.status == 200 && page.body.contains("Acknowledgements of your reports"), "{}", page.body);
    let before = preferences(&ada).await;
    assert_eq!((before.email.as_deref(), before.unwanted.len()), (Some("ada@acme.example"), 0), "looking ends nothing");
    for wrong in [path.replace("/mail/", "/mail/A"), format!("{path}A"), text("/mail/x")] {
        assert_eq!(anybody.get(&wrong).await.code(), "not_found");
        assert_eq!(post(&anybody, &wrong, "List-Unsubscribe=One-Click").await, 404);
    }

    assert_eq!(post(&anybody, &path, "List-Unsubscribe=One-Click").await, 200);
    assert_eq!(serde_json::to_value(preferences(&ada).await.unwanted).unwrap(), serde_json::json!(["acknowledged"]));
    let second = ada.declare("Pages are slow").await.incident;
    mara.does(second, Ask::Acknowledge {}).await;
    mara.does(second, say("We look.", Some(Visibility::Affected))).await;
    assert_eq!(told(&server.next().await), "ada: Mara Lind wrote.");

    // Staff choose as customers do, and what was ended can be had again.
    let put = |person: &Person, body: &str| {
        let request =
            person.request(reqwest::Method::PUT, "/v1/preferences").header("content-type", "application/json");
        request.body(body.to_owned())
    };
    assert_eq!(Person::send(put(&mara, r#"{"unwanted":["mention"]}"#)).await.status, 200);
    assert_eq!(preferences(&mara).await.email.as_deref(), Some("mara@northwind.example"));
    assert_eq!(Person::send(put(&ada, r#"{"unwanted":["everything"]}"#)).await.code(), "invalid");
    assert_eq!(post(&anybody, &path, "chosen=yes&kind=acknowledged&kind=question").await, 200);
    let chosen = serde_json::to_value(preferences(&ada).await.unwanted).unwrap();
    assert_eq!(chosen, serde_json::json!(["reminder", "closed", "update", "mention", "invitation"]));
    // A reply acknowledges; whoever doesn't want the reply still hears of that.
    let third = ada.declare("Nothing deploys").await.incident;
    mara.does(third, say("We look.", Some(Visibility::Affected))).await;
    assert_eq!(told(&server.next().await), "ada: Mara Lind acknowledged your report.");
}

async fn nothing_is_lost_while_the_mail_server_is_away_and_silence_waits(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, by(&server)).await;
    let (gita, hugo, mara) = (site.gita(), site.hugo(), site.staff("mara").await);
    server.away(true);
    let incident = gita.declare("Exports are empty").await.incident;
    let read = hugo.declare("Exports are empty").await.incident;
    for incident in [incident, read] {
        mara.does(incident, Ask::ProposeResolution { text: text("They are full again.") }).await;
    }
    let mut console = mara.listen(None).await;
    console.reset().await;
    site.wait(55 * HOUR);
    let seq = loop {
        let reminder = console.until(|change| matches!(change, Change::Reminded { .. })).await;
        if reminder.incident == Some(read) {
            break reminder.seq;
        }
    };
    site.hugo().does(read, Ask::Read { seq }).await;
    site.wait(10 * DAY);
    let ended = console.until(|change| matches!(change, Change::TimedOut { .. })).await;
    assert_eq!(ended.incident, Some(read), "who has read it");
    assert!(matches!(closure(&mara, incident).await, Closure::Proposed { reminder: Some(_), reminded: false, .. }));

    let site = site.restart().await;
    let mara = mara.at(&site.origin);
    let mut console = mara.listen(None).await;
    console.reset().await;
    server.away(false);
    console.until(|change| matches!(change, Change::ReminderDelivered { .. })).await;
    let Closure::Proposed { until: Some(until), reminded: true, .. } = closure(&mara, incident).await else {
        panic!("the reminder came");
    };
    let left = until.since(site.clock.now());
    assert!(left > 8 * HOUR && left <= 9 * HOUR, "half of the notice: {left}");
    site.wait(9 * HOUR + MINUTE);
    console.until(|change| matches!(change, Change::TimedOut { .. })).await;
    let mut to_gita = Vec::new();
    while to_gita.len() < 3 {
        let mail = server.next().await;
        to_gita.extend((mail.to == "gita@globex.example").then_some(mail));
    }
    let starts = ["gita: Mara Lind marked", "gita: Is it fixed", "gita: We closed this"];
    assert!(to_gita.iter().zip(starts).all(|(mail, start)| told(mail).starts_with(start)), "{to_gita:?}");
    site.assert_snapshot_is_fold().await;
}

async fn what_can_never_be_delivered_holds_back_nobody(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, by(&server)).await;
    let (ada, ben, hugo, mara) = (site.ada(), site.ben(), site.hugo(), site.staff("mara").await);
    server.refuse("ada@acme.example", "550 No such mailbox");
    server.refuse("hugo@initech.example", "550 No such mailbox");
    let incident = ada.declare("Exports are empty").await.incident;
    ben.does(incident, Ask::Follow {}).await;
    let other = hugo.declare("Exports are empty").await.incident;
    for incident in [other, incident] {
        mara.does(incident, Ask::ProposeResolution { text: text("They are full again.") }).await;
    }
    let mut console = mara.listen(None).await;
    console.reset().await;
    site.wait(55 * HOUR);
    let delivered = console.until(|change| matches!(change, Change::ReminderDelivered { .. })).await;
    assert!(matches!(&delivered.change, Change::ReminderDelivered { to, .. } if to.name == "Ben Ortiz"));
    // Nobody tries again what was parked.
    server.refuse("ada@acme.example", "250 Fine");
    site.wait(18 * HOUR);
    let ended = console.until(|change| matches!(change, Change::TimedOut { .. })).await;
    assert_eq!(ended.incident, Some(incident));
    assert!(matches!(closure(&mara, other).await, Closure::Proposed { reminded: false, .. }), "silence of nobody told");
    let mails = server.take(5).await;
    let to_ada: Vec<String> = mails.iter().filter(|mail| mail.to.starts_with("ada")).map(told).collect();
    assert!(to_ada.len() == 1 && to_ada[0].starts_with("ada: We closed this"), "{to_ada:?}");
    assert_eq!(mails.iter().filter(|mail| mail.to.starts_with("ben")).count(), 3);
}

async fn of_what_is_sealed_a_mail_says_only_that_there_is_news(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, by(&server)).await;
    let (ada, theo) = (site.ada(), site.staff("theo").await);
    let sealed = ada.worries("Keys of others are visible").await.incident;
    theo.does(sealed, say("We turn the keys, @Mara Lind", Some(Visibility::Affected))).await;
    theo.does(sealed, Ask::AssignRole { role: text("commander"), person: None }).await;
    ada.does(sealed, say("Which keys?", None)).await;
    let mails = server.take(2).await;
    let to: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, BTreeSet::from(["ada@acme.example", "theo@northwind.example"]), "who may see it");
    for mail in &mails {
        assert!(!shown(mail).to_lowercase().contains("keys"), "{}", shown(mail));
        assert_eq!(parse(mail).subject(), Some("[NW-4127] New update"));
    }
    // What is sealed before its mail is made is not told from before.
    server.away(true);
    let open = ada.declare("Files of others are visible").await.incident;
    theo.does(open, Ask::Seal { reason: text("Files") }).await;
    server.away(false);
    let drawn = site.gita().declare("Nothing deploys").await.incident;
    theo.does(drawn, Ask::Acknowledge {}).await;
    let mails: Vec<TakenMail> = [server.next().await].into_iter().chain(server.rest()).collect();
    assert!(mails.iter().all(|mail| mail.to == "gita@globex.example"), "{mails:?}");
}

async fn whoever_is_invited_gets_a_mail_that_says_nothing_of_the_incident(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, by(&server)).await;
    let (ada, ben, theo) = (site.ada(), site.ben(), site.staff("theo").await);
    ben.status().await;
    let sealed = ada.worries("Keys of others are visible").await.incident;
    let person = |name: &str| Invitee::Person(id(PersonId::parse, name));
    ada.does(sealed, Ask::Invite(person("ben"))).await;
    ada.does(sealed, Ask::Invite(Invitee::Email(text("cy@acme.example")))).await;
    theo.does(sealed, Ask::Invite(person("mara"))).await;
    let mails = server.take(3).await;
    let to: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, BTreeSet::from(["ben@acme.example", "cy@acme.example", "mara@northwind.example"]));
    for mail in mails.iter().filter(|mail| mail.to.ends_with("@acme.example")) {
        let (shown, parsed) = (format!("{}\n{}", parse(mail).subject().unwrap(), body(mail)), parse(mail));
        for secret in ["NW-", "keys", "Ada", "SEV"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert_eq!(parsed.subject(), Some("A colleague needs you on an incident with Northwind"));
        assert!(shown.contains("Someone at Acme Robotics invited you"), "{shown}");
        assert!(shown.contains(&format!("https://app.northwind.example/help?incident={sealed}")), "{shown}");
        // Whoever is not known has no choice to make yet.
        assert_eq!(raw_header(mail, "List-Unsubscribe").is_empty(), mail.to == "cy@acme.example");
    }
    // Whoever came before the mail did needs none.
    server.away(true);
    ada.does(sealed, Ask::Invite(Invitee::Email(text("dan@acme.example")))).await;
    site.bearer(&site.token("dan", "Dan Roe", ("acme", "Acme Robotics"))).status().await;
    server.away(false);
    let open = site.gita().declare("Nothing deploys").await.incident;
    theo.does(open, Ask::Acknowledge {}).await;
    let mails: Vec<TakenMail> = [server.next().await].into_iter().chain(server.rest()).collect();
    assert!(mails.iter().all(|mail| mail.to == "gita@globex.example"), "{mails:?}");
}

async fn less_severe_incidents_send_no_mail_in_quiet_hours(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, |config| {
        by(&server)(config);
        config.mail.quiet_hours = text("22:00-06:00");
        config.vendor.csm.clear();
    })
    .await;
    let now = site.clock.now().0;
    site.wait(DAY - now.rem_euclid(DAY) + 23 * HOUR);
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let small = ada.declare("Slow").await.incident;
    mara.does(small, Ask::Acknowledge {}).await;
    let severe = ada.declare("All is down").await.incident;
    ada.does(severe, Ask::SetSeverity { severity: Severity(1), reason: text("") }).await;
    mara.does(severe, Ask::Acknowledge {}).await;
    let first = server.next().await;
    assert_eq!(parse(&first).subject(), Some("[NW-4128] All is down"), "the top never rests");
    site.wait(7 * HOUR + MINUTE);
    let second = server.next().await;
    assert_eq!(parse(&second).subject(), Some("[NW-4127] Slow"));
}
