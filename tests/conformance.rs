//! The contract, held by `callpoint conformance`: our own server has the full profile on both databases, the example in
//! plain Node the core profile, and a mistake is found where it was made.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{collections::BTreeSet, path::Path, process::Stdio};

use callpoint_server::conformance::{
    CheckOutcome, ConformanceRequest, ConformanceResult, Profile, conformance, sentences,
};
use callpoint_tests::{Backend, SECRET, Site, on_both_databases};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

const APP: &str = "https://app.northwind.example";

on_both_databases! {
    our_own_server_has_the_full_profile,
}

async fn hold(url: &str, profile: Profile, staff: &str) -> Vec<ConformanceResult> {
    let given = |text: &str| Some(text.to_owned());
    let (url, secret) = (url.to_owned(), SECRET.to_owned());
    conformance(ConformanceRequest { url, profile, secret, staff: given(staff), origin: given(APP) }).await.unwrap()
}

/// The lines of what does not hold, or was not looked at.
fn wrong(found: &[ConformanceResult]) -> Vec<String> {
    found.iter().filter(|check| check.outcome != CheckOutcome::Passed).map(ConformanceResult::line).collect()
}

async fn our_own_server_has_the_full_profile(backend: Backend) {
    // What is sealed opens to Theo, and not to Mara.
    let staff = if backend == Backend::Sqlite { "theo" } else { "mara" };
    let site = Site::start(backend).await;
    let found = hold(&site.origin, Profile::Full, &site.invite(staff).await).await;
    assert_eq!(wrong(&found), Vec::<String>::new());
    assert_eq!(found.len(), sentences().count());
    site.assert_snapshot_is_fold().await;
}

/// The example in plain Node, with this made of its source.
struct Example {
    origin: String,
    /// The tokens of Mara's and Theo's links.
    invites: Vec<String>,
    _process: Child,
    _folder: TempDir,
}

impl Example {
    async fn start(change: impl FnOnce(String) -> String) -> Self {
        let (folder, source) =
            (tempfile::tempdir().unwrap(), Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/examples/backend"));
        let file = folder.path().join("backend.mjs");
        std::fs::write(&file, change(std::fs::read_to_string(source.join("backend.mjs")).unwrap())).unwrap();
        std::fs::copy(source.join("vendor.json"), folder.path().join("vendor.json")).unwrap();
        let mut command = Command::new("node");
        command.arg(&file).current_dir(&folder).envs([
            ("CALLPOINT_CUSTOMERS_SECRET", SECRET),
            ("CALLPOINT_ORIGINS", APP),
            ("PORT", "0"),
        ]);
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let origin = lines.next_line().await.unwrap().unwrap();
        let mut invites = Vec::new();
        while invites.len() < 2 {
            invites.push(lines.next_line().await.unwrap().unwrap().rsplit(' ').next().unwrap().to_owned());
        }
        Self { origin, invites, _process: process, _folder: folder }
    }
}

#[tokio::test]
async fn the_example_in_plain_node_has_the_core_profile() {
    let example = Example::start(|source| source).await;
    for invite in &example.invites {
        let found = hold(&example.origin, Profile::Core, invite).await;
        assert_eq!(wrong(&found), Vec::<String>::new());
        assert!(found.len() > 50, "{}", found.len());
    }
}

#[tokio::test]
async fn a_planted_mistake_is_found_where_it_was_made() {
    for (right, mistake, sentence) in [
        (
            "to.account === account ||",
            "to !== \"internal\" ||",
            "Only what the caller sees is sent, and only that has an id here",
        ),
        (
            "(who.staff || stake.account.id === who.customer?.account.id)",
            "true",
            "404 `not_found` for what the caller may not see, as if it did not exist.",
        ),
        (
            "return replies.get(key).same === same ?",
            "return true ?",
            "The same key with another request, or by another person: 422 `key_reused`",
        ),
        (
            "header.alg === \"HS256\" &&",
            "",
            "A request with several Authorization headers, or one that is not such a token, is refused",
        ),
        (
            "disputes: stake.disputes + 1",
            "disputes: 2",
            "Folding the events that somebody may see gives exactly the facts",
        ),
        (
            "if (replied && ",
            "if (false && ",
            "What staff say with any command to an account that has a stake acknowledges",
        ),
        (
            "|| invalid(place(name), \"is not known here\")",
            "",
            "**An unknown field** of a write is refused as `invalid`",
        ),
        ("events.slice(cursor).forEach(send)", "undefined", "What was missed follows at once."),
        ("(staff ? staff.security :", "(staff ? true :", "A [security worry](#report) is sealed from the start"),
    ] {
        let example = Example::start(|source| {
            assert!(source.contains(right), "the example says `{right}`");
            // Nobody waits for a heartbeat here.
            source.replace("10_000]", "50]").replace(right, mistake)
        })
        .await;
        let found = wrong(&hold(&example.origin, Profile::Core, &example.invites[0]).await);
        assert!(found.iter().any(|line| line.starts_with(&format!("✗ {sentence}"))), "{mistake}: {found:#?}");
    }
}

#[tokio::test]
async fn what_was_not_passed_is_not_said_to_hold() {
    let site = Site::start(Backend::Sqlite).await;
    let (url, secret) = (site.origin.clone(), SECRET.to_owned());
    let found = conformance(ConformanceRequest { url, profile: Profile::Core, secret, staff: None, origin: None })
        .await
        .unwrap();
    let skipped: Vec<String> = wrong(&found);
    assert!(skipped.len() > 15 && skipped.iter().all(|line| line.starts_with("· ")), "{skipped:#?}");
    let stranger = ConformanceRequest {
        url: "http://127.0.0.1:1".to_owned(),
        profile: Profile::Core,
        secret: String::new(),
        staff: None,
        origin: None,
    };
    assert!(conformance(stranger).await.unwrap_err().to_string().contains("does not answer /v1/status"));
}

#[test]
fn every_sentence_that_is_held_stands_in_the_protocol() {
    let protocol = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../PROTOCOL.md")).unwrap();
    let missing: Vec<&str> = sentences().filter(|sentence| !protocol.contains(sentence)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert_eq!(sentences().collect::<BTreeSet<_>>().len(), sentences().count(), "each is held once");
}
