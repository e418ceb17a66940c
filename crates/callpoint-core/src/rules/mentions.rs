//! Whom a message can name, and whom it does.

use crate::model::{event::Audience, id::PersonId, incident::Incident, person::PersonRef};

/// Whom a message to this audience can name with `@Name`: those on the incident whom it reaches, each once. Of what
/// somebody may know of the incident, it names nobody whom they may not know.
#[must_use]
pub fn mentionable<'a>(incident: &'a Incident, to: &Audience) -> Vec<&'a PersonRef> {
    let staff = incident.roles.iter().map(|held| &held.by);
    let reached = incident.stakes.iter().filter(|stake| to.reaches(&stake.account.id) || *to == Audience::Internal);
    let csms = reached.clone().filter_map(|stake| stake.csm.as_ref());
    // One account's people are named to nobody outside of it.
    let one = matches!(to, Audience::Account(_));
    let followers = reached.filter(|_| one).flat_map(|stake| &stake.followers);
    let mut people: Vec<&PersonRef> = Vec::new();
    for person in staff.chain(csms).chain(followers) {
        if !people.iter().any(|known| known.person == person.person) {
            people.push(person);
        }
    }
    people
}

/// Whom a text names.
pub(super) fn mentioned(text: &str, incident: &Incident, to: &Audience) -> Vec<PersonId> {
    let named = |person: &&PersonRef| text.contains(&["@", &person.name].concat());
    mentionable(incident, to).into_iter().filter(named).map(|person| person.person.clone()).collect()
}
