//! Lines of the timeline that only staff have, and those that staff read in other words than the customer does: they
//! name the account, where the customer's say "you".

use callpoint_core::{
    model::{
        event::{Change, Duty, Event, PageCause, PageTarget},
        id::AccountId,
        incident::Incident,
        severity::Severity,
    },
    text::{self, fill, say},
};
use callpoint_widget::view::{Scene, entry, node::el, words};
use yew::Html;

use super::reach::Reach;

/// What staff read of a change, where it is not what everybody reads.
#[must_use]
pub fn act(scene: &Scene<'_>, incident: &Incident, change: &Change) -> Option<String> {
    let name = |account: &AccountId| {
        incident.stake(account).map_or_else(|| account.text(), |stake| stake.account.name.clone())
    };
    Some(match change {
        Change::Advised { severity, cause } => {
            let level = scene.vendor.scheme.name(*severity);
            fill(text::ENTRY_ADVISED, &[("level", level), ("why", say(cause.label()))])
        }
        Change::Paged { whom, severity, cause } => {
            let whom = match whom {
                PageTarget::OnCall(class) => fill(text::PAGED_ON_CALL, &[("class", class)]),
                PageTarget::Owner(owner) => owner.name.clone(),
                PageTarget::Account(account) => fill(text::PAGED_ACCOUNT, &[("account", &name(account))]),
            };
            fill(text::ENTRY_PAGED, &[("whom", &whom), ("why", &paged_for(scene, *severity, *cause))])
        }
        Change::Merged { into, .. } if *into == incident.id => say(text::ENTRY_MERGED_IN).to_owned(),
        Change::WarRoomSet { .. } => say(text::ENTRY_WAR_ROOM_SET).to_owned(),
        Change::Overdue { duty: Duty::Commander } => say(text::NO_COMMANDER).to_owned(),
        Change::Joined { stake, .. } => {
            let level = scene.vendor.scheme.name(stake.declared);
            fill(text::ENTRY_ACCOUNT_JOINED, &[("account", &stake.account.name), ("level", level)])
        }
        Change::Waived { account, .. } => fill(text::ENTRY_ACCOUNT_WAIVED, &[("account", &name(account))]),
        _ => return None,
    })
}

fn paged_for(scene: &Scene<'_>, severity: Severity, cause: PageCause) -> String {
    let key = match cause {
        PageCause::Declared => text::PAGED_DECLARED,
        PageCause::Raised => text::PAGED_RAISED,
        PageCause::Disputed => text::PAGED_DISPUTED,
        PageCause::Overdue => text::PAGED_OVERDUE,
    };
    scene.level_words(key, severity)
}

/// Such a line.
pub fn line(scene: &Scene<'_>, event: &Event, act: &str, reach: &Reach) -> Html {
    let (name, title) = entry::author(scene, &event.by);
    let said = entry::said(&event.change);
    let mut head = el("p", "entry-head").with(el("strong", "").text(&name));
    if let Some(title) = title {
        head = head.with(el("span", "title").text(&title));
    }
    head = head.with(el("span", "act").text(act)).put(scene.at(event.at)).put(reach.chip());
    let kind = if said.is_some() { "entry spoken" } else { "entry fact" };
    let line = el("li", "").class(kind, reach.class()).key(event.seq.to_string()).with(head);
    said.into_iter().fold(line, |line, said| line.put(words(said))).html()
}
