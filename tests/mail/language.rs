//! Each reader's mail is in their own language.

use callpoint_core::model::{
    command::{IncidentCommand as Ask, Visibility},
    person::Invitee,
};
use callpoint_server::http::auth::{CustomerClaims, TokenKeys};
use callpoint_tests::{Backend, MailServer, Person, SECRET, Site, TakenMail, on_both_databases, say, text};

use super::{body, by, parse, raw_header};

on_both_databases! {
    a_mail_is_in_the_language_of_its_reader,
}

/// Somebody of acme whose token names a language.
fn of_language(site: &Site, sub: &str, name: &str, language: &str) -> Person {
    let locale = Some(language.to_owned());
    let claims = CustomerClaims { locale, ..site.claims(sub, name, ("acme", "Acme Robotics")) };
    site.bearer(&TokenKeys::new(SECRET, 0).mint(&claims).unwrap())
}

fn to<'a>(mails: &'a [TakenMail], name: &str) -> &'a TakenMail {
    mails.iter().find(|mail| mail.to.starts_with(name)).unwrap()
}

async fn a_mail_is_in_the_language_of_its_reader(backend: Backend) {
    let mut server = MailServer::start().await;
    let site = Site::start_with(backend, |config| {
        by(&server)(config);
        config.vendor.csm.clear();
    })
    .await;
    let (ada, ben) = (of_language(&site, "ada", "Ada Park", "de-AT"), of_language(&site, "ben", "Ben Ortiz", "ar"));
    let mara = site.staff("mara").await;
    let incident = ada.declare("Pipelines are stuck").await.incident;
    ben.does(incident, Ask::Follow {}).await;
    mara.does(incident, say("We are on it.", Some(Visibility::Affected))).await;
    let mails = server.take(2).await;

    let german = to(&mails, "ada");
    assert_eq!(raw_header(german, "Content-Language"), "de");
    assert!(body(german).contains("We are on it."), "{german:?}");
    assert!(body(german).contains("Konversation") && !body(german).contains("Open the thread"), "{}", body(german));
    let html = parse(to(&mails, "ben")).body_html(0).unwrap().into_owned();
    assert!(html.contains("lang=\"ar\" dir=\"rtl\""), "{html}");

    // The day of a deadline too.
    mara.does(incident, Ask::ProposeResolution { text: text("Restarted the runners.") }).await;
    let mails = server.take(2).await;
    let days = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
    assert!(days.iter().any(|day| body(to(&mails, "ada")).contains(day)), "{}", body(to(&mails, "ada")));

    // Whoever is not known reads the language of whoever invites them.
    let sealed = ada.worries("Somebody has our keys").await.incident;
    ada.does(sealed, Ask::Invite(Invitee::Email(text("cy@acme.example")))).await;
    let mails = server.take(1).await;
    assert_eq!(raw_header(to(&mails, "cy"), "Content-Language"), "de");
}
