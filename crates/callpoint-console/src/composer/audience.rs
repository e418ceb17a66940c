//! How far an entry reaches, so that nobody can mistake it: a shape, a colour and words, the same wherever it stands.

use callpoint_core::{
    model::{event::Audience, id::AccountId, incident::Incident},
    text::{self, fill, say, shape::Shape},
};
use callpoint_widget::components::icon::icon;
use yew::prelude::*;

use super::{choices::ReplyAudience, draft::ComposerDraft};

/// How far something reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryAudience {
    class: &'static str,
    shape: Shape,
    words: String,
}

impl EntryAudience {
    /// How far an entry reaches.
    #[must_use]
    pub fn of(incident: &Incident, to: &Audience) -> Self {
        match to {
            Audience::Internal => Self::internal(incident),
            _ if incident.seal.is_some() => Self::sealed(),
            Audience::Account(account) => Self::account(incident, Some(account)),
            Audience::Affected(accounts) => Self::affected(accounts.len()),
            Audience::Public => Self::public(),
        }
    }

    /// How far a draft would reach.
    #[must_use]
    pub fn ahead(incident: &Incident, draft: &ComposerDraft) -> Self {
        match draft.mode(incident) {
            ReplyAudience::Internal => Self::internal(incident),
            _ if incident.seal.is_some() => Self::sealed(),
            ReplyAudience::Reply => Self::account(incident, draft.account(incident).map(|account| &account.id)),
            ReplyAudience::Affected => Self::affected(incident.stakes.len()),
            ReplyAudience::Public => Self::public(),
        }
    }

    fn internal(incident: &Incident) -> Self {
        let key = if incident.seal.is_some() { text::AUDIENCE_SEALED_INTERNAL } else { text::AUDIENCE_INTERNAL };
        Self { class: "to-internal", shape: Shape::LOCK, words: say(key).to_owned() }
    }

    /// Whatever it was addressed to, the reporter's colleagues don't see it.
    fn sealed() -> Self {
        Self { class: "to-account", shape: Shape::LOCK, words: say(text::AUDIENCE_SEALED).to_owned() }
    }

    fn account(incident: &Incident, account: Option<&AccountId>) -> Self {
        let name = account.map(|id| incident.stake(id).map_or(id.as_str(), |stake| &stake.account.name));
        let words = fill(text::AUDIENCE_ACCOUNT, &[("account", name.unwrap_or("…"))]);
        Self { class: "to-account", shape: Shape::PERSON, words }
    }

    fn affected(count: usize) -> Self {
        Self { class: "to-affected", shape: Shape::PEOPLE, words: text::count(text::AFFECTED_ACCOUNTS, count) }
    }

    fn public() -> Self {
        Self { class: "to-public", shape: Shape::GLOBE, words: say(text::AUDIENCE_PUBLIC).to_owned() }
    }

    /// The CSS class that brings its colour.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        self.class
    }

    /// As a chip.
    pub fn chip(&self) -> Html {
        html! { <span class={classes!("reach", self.class)} dir="auto">{ icon(self.shape) }{ &self.words }</span> }
    }
}
