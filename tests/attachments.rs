//! Files that people attach: uploaded part by part, used once by whoever uploaded them, and given to whoever may see the
//! entry that has them. Each on both databases.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_core::{
    model::{
        attachment::Upload,
        command::{IncidentCommand as Ask, Visibility},
        event::Change,
        id::{AttachmentId, CommandId, IncidentId, PersonId},
        person::Invitee,
        report::ReportDraft,
        severity::Severity,
        time::{DAY, HOUR},
    },
    rules::hint::Answers,
    wire::protocol::{PART_LIMITS, Request},
};
use callpoint_server::{config::Config, store::Store};
use callpoint_tests::{Answer, Backend, Person, Site, id, key, on_both_databases, say, text};
use reqwest::{Method, header::HeaderMap};

on_both_databases! {
    an_upload_goes_on_after_a_restart_where_it_broke_off,
    a_part_that_does_not_fit_changes_nothing,
    what_may_not_be_attached_is_refused_in_words,
    a_file_is_used_once_and_only_by_whoever_uploaded_it,
    a_file_is_given_to_whoever_sees_its_entry_and_to_nobody_else,
    a_sealed_reports_file_goes_with_the_report,
    what_nothing_uses_is_forgotten_after_a_day,
    what_could_run_is_only_ever_a_download,
    who_takes_a_file_back_leaves_nothing_of_it,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// Text of so many bytes, each line another.
fn log(size: usize) -> Vec<u8> {
    (0..).flat_map(|line: u32| format!("line {line}: nothing to see\n").into_bytes()).take(size).collect()
}

async fn begin(person: &Person, key: CommandId, name: &str, size: usize) -> Answer {
    let body = serde_json::json!({ "name": name, "size": size });
    person.post("/v1/attachments", Some(key), &body.to_string()).await
}

async fn append(person: &Person, key: CommandId, offset: u64, part: &[u8]) -> Answer {
    let request = person
        .request(Method::PATCH, &format!("/v1/attachments/{key}"))
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset.to_string());
    Person::send(request.body(part.to_vec())).await
}

/// Uploads a whole file.
async fn upload(person: &Person, name: &str, contents: &[u8]) -> AttachmentId {
    let key = key();
    assert_eq!(begin(person, key, name, contents.len()).await.status, 201);
    let mut offset = 0;
    for part in contents.chunks(PART_LIMITS[1]) {
        let answer = append(person, key, offset, part).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        offset = answer.json::<Upload>().offset;
    }
    assert_eq!(offset, contents.len() as u64);
    AttachmentId(key.0)
}

async fn download(person: &Person, file: AttachmentId) -> (u16, HeaderMap, Vec<u8>) {
    let response = person.request(Method::GET, &format!("/v1/attachments/{file}")).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

fn with(words: &str, to: Option<Visibility>, files: &[AttachmentId]) -> Ask {
    Ask::Message { text: text(words), to, attachments: files.to_vec() }
}

fn report(what: &str, files: &[AttachmentId]) -> ReportDraft {
    ReportDraft { what: text(what), severity: Some(Severity(2)), attachments: files.to_vec(), ..ReportDraft::default() }
}

async fn an_upload_goes_on_after_a_restart_where_it_broke_off(backend: Backend) {
    let site = Site::start(backend).await;
    let (key, contents) = (key(), log(300_000));
    assert_eq!(begin(&site.ada(), key, "server.log", contents.len()).await.json::<Upload>().offset, 0);
    append(&site.ada(), key, 0, &contents[..100_000]).await;
    let site = site.restart().await;
    let ada = site.ada();
    let again = begin(&ada, key, "server.log", contents.len()).await;
    assert_eq!((again.status, again.json::<Upload>().offset), (201, 100_000));
    let whole = append(&ada, key, 100_000, &contents[100_000..]).await.json::<Upload>();
    assert_eq!((whole.offset, whole.size), (300_000, 300_000));
    let file = AttachmentId(key.0);
    let incident = ada.declares(report("It is in the log", &[file])).await.incident;
    let Change::Declared { report, .. } = ada.thread(incident).await.entries[0].change.clone() else { panic!() };
    let attachment = &report.attachments[0];
    assert_eq!((attachment.name.as_str(), attachment.size), ("server.log", 300_000));
    assert_eq!(attachment.media_type, "text/plain");
    let site = site.restart().await;
    assert_eq!(download(&site.ben(), file).await.2, contents);
    site.assert_snapshot_is_fold().await;
}

async fn a_part_that_does_not_fit_changes_nothing(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, key, contents) = (site.ada(), key(), log(200_000));
    begin(&ada, key, "server.log", contents.len()).await;
    assert_eq!(append(&ada, key, 5, &contents[5..]).await.code(), "offset_conflict");
    assert_eq!(append(&ada, key, 0, &contents[..10]).await.code(), "invalid", "many small parts are many rows");
    assert_eq!(append(&ada, key, 0, &[]).await.code(), "invalid");
    assert_eq!(append(&ada, key, 0, &log(200_001)).await.code(), "invalid", "more than was announced");
    assert_eq!(append(&ada, key, 0, &vec![b'x'; PART_LIMITS[1] + 1]).await.code(), "too_large");
    assert_eq!(append(&ada, key, 0, &contents[..70_000]).await.status, 200);
    assert_eq!(append(&ada, key, 0, &contents[..70_000]).await.code(), "offset_conflict", "it is there already");
    let path = format!("/v1/attachments/{key}");
    let plain = ada.request(Method::PATCH, &path).header("upload-offset", "70000").body(contents[70_000..].to_vec());
    assert_eq!(Person::send(plain).await.code(), "unsupported_media");
    for (name, person) in [("another's", site.ben()), ("another account's", site.gita()), ("nobody's", site.anybody())]
    {
        let code = append(&person, key, 70_000, &contents[70_000..]).await.code();
        assert!(["not_found", "unauthenticated"].contains(&code.as_str()), "{name}: {code}");
        assert_eq!(download(&person, AttachmentId(key.0)).await.0, 404, "{name}");
    }
    assert_eq!(begin(&site.ben(), key, "server.log", contents.len()).await.code(), "key_reused");
    assert_eq!(begin(&ada, key, "other.log", contents.len()).await.code(), "key_reused");
    assert_eq!(begin(&ada, key, "server.log", contents.len()).await.json::<Upload>().offset, 70_000);
}

fn little(config: &mut Config) {
    config.attachments.max_bytes = 200_000;
    config.attachments.account_bytes_per_day = 450_000;
}

async fn what_may_not_be_attached_is_refused_in_words(backend: Backend) {
    let site = Site::start_with(backend, little).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let refused = begin(&ada, key(), "core.dump", 200_001).await;
    assert_eq!((refused.status, refused.code().as_str()), (413, "file_too_large"));
    for name in ["", "\u{202e}", "logs/"] {
        assert_eq!(begin(&ada, key(), name, 10).await.code(), "invalid");
    }
    assert_eq!(begin(&site.anybody(), key(), "a.png", 10).await.code(), "unauthenticated");
    for (name, contents) in [("setup.exe", &b"MZ\x90\0\x03\0\0\0"[..]), ("picture.png", b"\x7fELF\x02\x01\x01\0")] {
        let key = key();
        begin(&ada, key, name, contents.len()).await;
        let refused = append(&ada, key, 0, contents).await;
        assert_eq!((refused.status, refused.code().as_str()), (415, "file_type"), "{name}");
        assert_eq!(
            ada.command(site.ada().declare("x").await.incident, with("x", None, &[AttachmentId(key.0)])).await.code(),
            "file_missing"
        );
    }
    // An account has one allowance, whoever of it uploads; a small file counts for more than it has.
    begin(&ada, key(), "one.log", 200_000).await;
    let refused = begin(&site.ben(), key(), "two.log", 200_000).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "file_quota"));
    begin(&site.ben(), key(), "tiny.log", 1).await;
    assert_eq!(begin(&ada, key(), "tiny.log", 1).await.code(), "file_quota");
    for person in [&gita, &mara, &site.staff("theo").await] {
        assert_eq!(begin(person, key(), "one.log", 200_000).await.status, 201);
    }
    site.wait(DAY + HOUR);
    assert_eq!(begin(&site.ben(), key(), "two.log", 200_000).await.status, 201);
}

async fn a_file_is_used_once_and_only_by_whoever_uploaded_it(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, ben, gita, mara) = (site.ada(), site.ben(), site.gita(), site.staff("mara").await);
    let incident = ada.declare("Labels stop").await.incident;
    let file = upload(&ada, "labels.png", PNG).await;
    let half = key();
    begin(&ada, half, "half.log", 100_000).await;
    for (person, files) in
        [(&ben, [file]), (&mara, [file]), (&ada, [AttachmentId(half.0)]), (&ada, [AttachmentId(key().0)])]
    {
        let refused = person.command(incident, with("Look", None, &files)).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "file_missing"));
    }
    let other = gita.ask(key(), &Request::Report(report("Mine", &[file]))).await;
    assert_eq!(other.code(), "file_missing");
    let twice = ada.command(incident, with("Look", None, &[file, file])).await;
    assert_eq!(twice.json::<serde_json::Value>()["field"], "attachments");
    // What is refused has used nothing; the same request with the same key is the same entry.
    let (again, request) = (key(), Request::Incident(incident, with("Look", None, &[file])));
    let [one, two] = [ada.ask(again, &request).await, ada.ask(again, &request).await];
    assert_eq!((one.status, &one.body), (200, &two.body));
    assert_eq!(ada.command(incident, with("Again", None, &[file])).await.code(), "file_missing");
    assert_eq!(begin(&ada, CommandId(file.0), "labels.png", PNG.len()).await.code(), "key_reused");
    assert_eq!(append(&ada, CommandId(file.0), PNG.len() as u64, b"more").await.code(), "not_found");
    let said = ada.thread(incident).await.entries.into_iter().find(|entry| !entry.change.attachments().is_empty());
    assert_eq!(said.unwrap().change.attachments()[0].media_type, "image/png");
    site.assert_snapshot_is_fold().await;
}

/// Who of all people gets the file.
async fn getters(site: &Site, file: AttachmentId) -> Vec<&'static str> {
    let people = [
        ("ada", site.ada()),
        ("ben", site.ben()),
        ("gita", site.gita()),
        ("hugo", site.hugo()),
        ("mara", site.staff("mara").await),
        ("theo", site.staff("theo").await),
        ("anybody", site.anybody()),
    ];
    let missing = download(&site.gita(), AttachmentId(key().0)).await;
    let mut getters = Vec::new();
    for (name, person) in people {
        let (status, _, body) = download(&person, file).await;
        if status == 200 {
            getters.push(name);
        } else {
            assert_eq!((status, &body), (missing.0, &missing.2), "{name}: as if there were none");
        }
    }
    getters
}

async fn a_file_is_given_to_whoever_sees_its_entry_and_to_nobody_else(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara, theo) = (site.ada(), site.gita(), site.staff("mara").await, site.staff("theo").await);
    let incident = ada.declare("Labels stop").await.incident;
    let other = gita.declare("Labels stop here too").await.incident;
    let says = async |person: &Person, incident: IncidentId, to: Option<Visibility>| {
        let file = upload(person, "labels.png", PNG).await;
        assert_eq!(getters(&site, file).await, Vec::<&str>::new(), "what nothing uses is given to nobody");
        person.does(incident, with("Look", to, &[file])).await;
        file
    };
    let own = says(&ada, incident, None).await;
    let internal = says(&mara, incident, Some(Visibility::Internal)).await;
    mara.does(other, Ask::Merge { into: incident }).await;
    let one = says(
        &mara,
        incident,
        Some(Visibility::Account(callpoint_core::model::id::AccountId::parse("globex").unwrap())),
    )
    .await;
    let affected = says(&mara, incident, Some(Visibility::Affected)).await;
    assert_eq!(getters(&site, own).await, ["ada", "ben", "mara", "theo"]);
    assert_eq!(getters(&site, internal).await, ["mara", "theo"]);
    assert_eq!(getters(&site, one).await, ["gita", "mara", "theo"]);
    assert_eq!(getters(&site, affected).await, ["ada", "ben", "gita", "mara", "theo"]);
    theo.does(incident, Ask::Update(callpoint_tests::publish("Labels", "We look."))).await;
    assert_eq!(getters(&site, own).await, ["ada", "ben", "mara", "theo"], "what was said before stays as it was");

    // What is sealed later takes its files along.
    let incident = site.hugo().declare("Keys of others").await.incident;
    let file = says(&site.hugo(), incident, None).await;
    assert_eq!(getters(&site, file).await, ["hugo", "mara", "theo"]);
    theo.does(incident, Ask::Seal { reason: text("Keys") }).await;
    assert_eq!(getters(&site, file).await, ["hugo", "theo"]);
    site.assert_snapshot_is_fold().await;
}

async fn a_sealed_reports_file_goes_with_the_report(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    let reported = upload(&ada, "keys.png", PNG).await;
    let answers = Answers { security: Some(true), ..Answers::default() };
    let draft = ReportDraft { answers, ..report("Keys of others are visible", &[reported]) };
    let incident = ada.declares(draft).await.incident;
    let said = upload(&ada, "more.png", PNG).await;
    ada.does(incident, with("More", None, &[said])).await;
    assert_eq!(getters(&site, reported).await, ["ada", "theo"]);
    site.ben().status().await;
    ada.does(incident, Ask::Invite(Invitee::Person(id(PersonId::parse, "ben")))).await;
    assert_eq!(getters(&site, reported).await, ["ada", "ben", "theo"], "whoever is let in has what was reported");
    assert_eq!(getters(&site, said).await, ["ada", "theo"], "and nothing that was said before");
}

async fn what_nothing_uses_is_forgotten_after_a_day(backend: Backend) {
    let site = Site::start(backend).await;
    let (unused, used) = (upload(&site.ada(), "a.png", PNG).await, upload(&site.ada(), "b.png", PNG).await);
    let incident = site.ada().declares(report("Labels stop", &[used])).await.incident;
    site.wait(DAY + HOUR);
    let ada = site.ada();
    assert_eq!(ada.command(incident, with("Late", None, &[unused])).await.code(), "file_missing");
    assert_eq!(append(&ada, CommandId(unused.0), 0, PNG).await.code(), "not_found");
    ada.does(incident, say("Any news?", None)).await;
    let store = site.store().await;
    assert_eq!(contents(&store, used).await, PNG);
    let again = begin(&ada, CommandId(unused.0), "a.png", PNG.len()).await;
    assert_eq!(again.json::<Upload>().offset, 0, "nothing of it is left");
    assert_eq!(contents(&store, unused).await, b"");
    store.close().await;
}

async fn who_takes_a_file_back_leaves_nothing_of_it(backend: Backend) {
    let site = Site::start_with(backend, little).await;
    let (ada, gita) = (site.ada(), site.gita());
    let taken_back = async |person: &Person, file: AttachmentId| {
        Person::send(person.request(Method::DELETE, &format!("/v1/attachments/{file}"))).await.status
    };
    let (file, used) = (upload(&ada, "wrong.png", PNG).await, upload(&ada, "right.png", PNG).await);
    ada.declares(report("Labels stop", &[used])).await;
    let store = site.store().await;
    for (person, file) in [(&gita, file), (&site.ben(), file), (&ada, used), (&ada, AttachmentId(key().0))] {
        assert_eq!(taken_back(person, file).await, 204, "as if there were none");
    }
    assert_eq!((contents(&store, file).await.as_slice(), download(&ada, used).await.0), (PNG, 200));
    assert_eq!(taken_back(&ada, file).await, 204);
    assert_eq!(contents(&store, file).await, b"");
    assert_eq!(ada.ask(key(), &Request::Report(report("Again", &[file]))).await.code(), "file_missing");
    assert_eq!(begin(&ada, CommandId(file.0), "wrong.png", PNG.len()).await.code(), "key_reused");
    // Taking back and uploading again fills no more than the day's allowance.
    let mut uploaded = 0;
    while begin(&ada, key(), "again.log", 100_000).await.status == 201 {
        uploaded += 1;
    }
    assert_eq!(uploaded, 3, "450,000 bytes, of which two small files count for 131,072");
    store.close().await;
}

async fn what_could_run_is_only_ever_a_download(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (name, contents, way, kind) in [
        ("labels.png", PNG, "inline", "image/png"),
        ("page.png", &b"<!DOCTYPE html><script>alert(1)</script>"[..], "attachment", "text/plain"),
        ("drawing.svg", svg, "attachment", "text/plain"),
        ("paper.pdf", b"%PDF-1.7\n", "attachment", "application/pdf"),
        ("\u{e9}cran \"1\";\r\n.log", b"words", "attachment", "text/plain"),
    ] {
        let file = upload(&ada, name, contents).await;
        ada.declares(report("Look", &[file])).await;
        let (status, headers, body) = download(&ada, file).await;
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!((status, body.as_slice()), (200, contents), "{name}");
        assert_eq!(header("content-type"), kind, "{name}");
        assert!(header("content-disposition").starts_with(&format!("{way}; filename*=UTF-8''")), "{name}");
        assert!(!header("content-disposition").contains('"'), "{name}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(header("cache-control"), "private, no-store");
    }
}

/// What is in a file, as the database has it.
async fn contents(store: &Store, id: AttachmentId) -> Vec<u8> {
    let mut contents = Vec::new();
    while let Some(part) = store.part(id, contents.len() as u64).await.unwrap() {
        contents.extend(part);
    }
    contents
}
