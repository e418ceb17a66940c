//! What matters most about an incident, above everything else: how bad, who is on it, when the next word comes, whose
//! turn it is.

use callpoint_core::{
    model::{incident::Incident, time::Time},
    rules::allowed::{Turn, turn},
    text::{self, Key, fill, say},
};
use yew::Html;

use super::{
    Scene, entry,
    node::{Node, el, nothing},
    shape::Shape,
    words,
};

/// The facts.
pub fn facts(scene: &Scene<'_>, incident: &Incident) -> Html {
    let severity = incident.effective_severity().map_or_else(nothing, |severity| scene.severity(severity));
    let mut first = line().put(severity).put(marks(incident));
    first = first.with(el("span", "reference").text(&incident.reference));
    let promise = match incident.next_update {
        None if incident.status.is_open() => el("span", "promise none").say(text::NO_NEXT_UPDATE).html(),
        _ => scene.promise(incident),
    };
    let third = line().put(promise).put(scene.eta(incident));
    let mut facts = el("div", "facts").with(first).put(disagreement(scene, incident)).put(work(scene, incident));
    facts = facts.with(third).put(turns(scene, incident)).put(known_as(incident)).put(roles(incident));
    if let Some(workaround) = &incident.workaround {
        let summary = el("summary", "").say(text::WORKAROUND);
        facts = facts.with(el("details", "workaround").flag("open", true).with(summary).put(words(workaround)));
    }
    facts.put(picture(scene, incident)).html()
}

fn line() -> Node {
    el("p", "facts-line")
}

/// What sets it apart.
fn marks(incident: &Incident) -> Html {
    let mark = |class, shape: Shape, key: Key| el("span", class).put(shape.draw()).say(key).html();
    let mut marks = Vec::new();
    if incident.drill {
        marks.push(el("span", "drill").say(text::DRILL_MARK).html());
    }
    if incident.seal.is_some() {
        marks.push(mark("sealed", Shape::LOCK, text::SEALED_MARK));
    }
    if incident.others_affected {
        marks.push(mark("sealed", Shape::PEOPLE, text::OTHERS_AFFECTED));
    }
    super::node::together(marks)
}

/// Both judgements with the vendor's reason, where they differ.
fn disagreement(scene: &Scene<'_>, incident: &Incident) -> Html {
    let own = scene.you.account.as_ref().and_then(|account| incident.stake(&account.id));
    match (own, &incident.assessment) {
        (Some(stake), Some(assessment)) if stake.declared != assessment.severity => {
            let yours = scene.level_words(text::YOU_DECLARED, stake.declared);
            let theirs = scene.level_words(text::VENDOR_ASSESSED, assessment.severity);
            let reason = el("span", "").word("dir", "auto").text(&assessment.reason);
            line().text(&[&yours, " · ", &theirs, ": "].concat()).with(reason).html()
        }
        _ => nothing(),
    }
}

/// Where the work stands, and who has seen it.
fn work(scene: &Scene<'_>, incident: &Incident) -> Html {
    let line = line().with(el("strong", "").say(incident.status.label()));
    if let Some(signed) = &incident.acknowledged {
        let words = fill(text::ACKNOWLEDGED_BY, &[("name", &entry::author(scene, &signed.by).0)]);
        return line.with(el("span", "").text(&words)).html();
    }
    if incident.overdue.acknowledge {
        return line.with(el("span", "promise late").say(text::ENTRY_ACKNOWLEDGE_OVERDUE)).html();
    }
    let waits = incident.stakes.iter().any(|stake| stake.unanswered_since == Some(incident.opened_at));
    if waits { line.with(el("span", "").say(text::NOT_ACKNOWLEDGED)).html() } else { line.html() }
}

/// Whose turn it is, and for the vendor, since when.
fn turns(scene: &Scene<'_>, incident: &Incident) -> Html {
    match turn(incident, scene.you.account.as_ref().map(|account| &account.id)) {
        Turn::Vendor(since) => {
            line().text(&scene.vendor_words(text::WAITING_ON_VENDOR)).text(" · ").put(scene.ago(since)).html()
        }
        Turn::Customer(_) => line().say(text::WAITING_ON_YOU).html(),
        Turn::Working | Turn::Nobody => nothing(),
    }
}

/// What everybody calls it, where the account's own words differ.
fn known_as(incident: &Incident) -> Html {
    match &incident.publication {
        Some(face) if face.title != incident.title => {
            line().word("dir", "auto").text(&fill(text::PUBLIC_TITLE, &[("title", &face.title)])).html()
        }
        _ => nothing(),
    }
}

/// Who is on it.
fn roles(incident: &Incident) -> Html {
    let held = incident.roles.iter().map(|held| (held.by.name.as_str(), held.role.as_str()));
    let csm = incident.stakes.iter().filter_map(|stake| stake.csm.as_ref()).map(|csm| (csm.name.as_str(), "CSM"));
    let mut line = line();
    for (name, role) in held.chain(csm) {
        line = line.with(el("span", "").with(el("b", "").text(name)).text(" ").text(role));
    }
    line.html()
}

/// How bad it was and where the work stood, drawn over time.
fn picture(scene: &Scene<'_>, incident: &Incident) -> Html {
    let Some(timeline) = scene.client.cache.timeline(incident.id) else { return nothing() };
    let moments = timeline.history.points();
    let [first, _, ..] = moments else { return nothing() };
    let end = incident.resolved_at.unwrap_or(scene.now);
    let length = end.since(first.at).max(1);
    let across = |at: Time| at.since(first.at).clamp(0, length) * 300 / length;
    let (mut path, mut told, mut marks) = (String::new(), String::new(), Vec::new());
    for moment in moments {
        let (x, rank) = (across(moment.at), moment.severity.map_or(4, |severity| severity.0.min(4)));
        let (x_text, y_text) = (x.to_string(), (u32::from(rank) * 5).to_string());
        // Along as it was, then up or down to what it is now.
        path.push_str(
            &[if path.is_empty() { "M" } else { "H" }, &x_text, if path.is_empty() { " " } else { "V" }, &y_text]
                .concat(),
        );
        marks.push(el("circle", "").word("r", "2.5").attr("cx", x_text).word("cy", "26").html());
        let level = moment.severity.map_or("", |severity| scene.vendor.scheme.name(severity));
        told.push_str(
            &[level, " ", say(moment.status.label()), ", ", &(scene.moment)(moment.at, false), ". "].concat(),
        );
    }
    path.push_str("H300");
    el("svg", "history")
        .word("viewBox", "-3 0 306 30")
        .word("role", "img")
        .attr("aria-label", told)
        .with(el("path", "").attr("d", path))
        .list(marks)
        .html()
}
