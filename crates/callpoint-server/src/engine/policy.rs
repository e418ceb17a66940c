//! What holds for whom, by configuration. What staff agreed with an account since is in the log and goes before it.

use callpoint_core::{
    model::{
        escalation::StepTarget,
        id::{AccountId, ComponentId, PersonId},
        incident::Incident,
        person::{GUEST, PersonRef},
        policy::{Policy, Terms},
        time::Time,
    },
    rules::due,
    wire::protocol::Vendor,
};

use crate::{config::PolicySettings, store::StaffMember};

/// What was agreed by configuration.
#[derive(Clone, Debug)]
pub struct VendorPolicy(PolicySettings);

impl VendorPolicy {
    /// As the configuration has it.
    #[must_use]
    pub const fn new(settings: PolicySettings) -> Self {
        Self(settings)
    }

    /// What the rules read, but for the owners of components.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// What the rules read, with the owners and those with security access among these staff.
    #[must_use]
    pub fn policy_with(&self, staff: &[StaffMember]) -> Policy {
        let owner = |(id, person): &(ComponentId, PersonId)| Some((id.clone(), named(staff, person)?));
        let cleared = staff.iter().filter(|member| member.security && member.revoked_at.is_none());
        let cleared = cleared.filter_map(|member| PersonId::parse(&member.id)).collect();
        let owners = self.0.owners.iter().filter_map(owner).collect();
        let mut policy = Policy { owners, cleared, ..self.0.policy.clone() };
        for step in policy.escalations.iter_mut().flat_map(|escalation| &mut escalation.steps) {
            step.page = step.page.drain(..).filter_map(|target| known(staff, target)).collect();
        }
        policy
    }

    /// Whether anybody of staff is named.
    #[must_use]
    pub fn name_staff(&self) -> bool {
        let steps = self.0.policy.escalations.iter().flat_map(|escalation| &escalation.steps);
        let named = |target: &StepTarget| matches!(target, StepTarget::Staff { .. });
        !self.0.owners.is_empty() || !self.0.csms.is_empty() || steps.flat_map(|step| &step.page).any(named)
    }

    /// What holds for an account, by its name or else by its tier; for guests, what holds for all of them.
    #[must_use]
    pub fn terms(&self, account: &AccountId, tier: Option<&str>) -> Terms {
        if account.as_str().starts_with(GUEST) {
            return Terms { engagement: self.0.guests, ..self.0.terms.clone() };
        }
        let by_tier = tier.and_then(|tier| self.0.tiers.get(tier));
        let engagement = self.0.accounts.get(account).or(by_tier).copied().unwrap_or(self.0.terms.engagement);
        Terms { engagement, shared_pager: self.0.pagers.contains(account), ..self.0.terms.clone() }
    }

    /// Who of these staff looks after an account.
    #[must_use]
    pub fn csm(&self, account: &AccountId, staff: &[StaffMember]) -> Option<PersonRef> {
        named(staff, self.0.csms.get(account)?)
    }

    /// The vendor, as all clients see it.
    #[must_use]
    pub fn vendor(&self, name: &str) -> Vendor {
        let Policy { scheme, classes, fields, roles, .. } = self.0.policy.clone();
        Vendor { name: name.to_owned(), scheme, classes, fields, roles, escalations: Vec::new() }
    }

    /// When to look at an incident next, if nothing happens to it until then.
    #[must_use]
    pub fn due(&self, incident: &Incident) -> Option<Time> {
        due::next(incident, &self.0.policy)
    }

    /// The same, straight after somebody looked: never at once again, whatever the rules say.
    #[must_use]
    pub fn due_after_look(&self, incident: &Incident, now: Time) -> Option<Time> {
        due::next_after_look(incident, &self.0.policy, now)
    }
}

/// Somebody of these staff, unless they are locked out.
#[must_use]
pub fn named(staff: &[StaffMember], person: &PersonId) -> Option<PersonRef> {
    let member = staff.iter().find(|member| member.id == person.as_str() && member.revoked_at.is_none())?;
    Some(PersonRef { person: person.clone(), name: member.name.clone() })
}

/// Whom a step names, as staff are known; nobody who is locked out.
fn known(staff: &[StaffMember], target: StepTarget) -> Option<StepTarget> {
    match target {
        StepTarget::Staff { who, .. } => {
            let security = staff.iter().any(|member| member.id == who.person.as_str() && member.security);
            Some(StepTarget::Staff { who: named(staff, &who.person)?, security })
        }
        other @ (StepTarget::OnCall | StepTarget::Schedule(_) | StepTarget::Owners) => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use callpoint_core::model::policy::Engagement;

    use super::*;
    use crate::config::Config;

    fn read(change: impl Fn(&mut Config)) -> Result<VendorPolicy, String> {
        let mut config = Config::default();
        change(&mut config);
        config.parse().map(|settings| VendorPolicy::new(settings.policy)).map_err(|error| error.to_string())
    }

    fn list(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn an_account_goes_before_its_tier_and_a_tier_before_the_default() {
        let agreed = read(|config| {
            config.engagement.tiers = list(&["gold=shared"]);
            config.engagement.accounts = list(&["acme = customer_led"]);
            config.engagement.shared_pager = list(&["acme"]);
            config.engagement.closure_hours = 2;
        })
        .unwrap();
        let acme = AccountId::parse("acme").unwrap();
        let globex = AccountId::parse("globex").unwrap();
        let of = |account, tier| agreed.terms(account, tier).engagement;
        assert_eq!(of(&acme, Some("gold")), Engagement::CustomerLed);
        assert_eq!(of(&globex, Some("gold")), Engagement::Shared);
        assert_eq!(of(&globex, Some("lead")), Engagement::Advisory);
        assert_eq!(of(&globex, None), Engagement::Advisory);
        assert!(agreed.terms(&acme, None).shared_pager && !agreed.terms(&globex, None).shared_pager);
        assert_eq!(agreed.terms(&globex, None).closure_minutes, 120);
    }

    #[test]
    fn staff_are_named_as_they_are_known_and_while_they_are_let_in() {
        let agreed = read(|config| {
            config.vendor.csm = list(&["acme=mara", "globex=gone"]);
            config.vendor.owners = list(&["api=mara", "web=nobody"]);
        })
        .unwrap();
        let member = |id: &str, revoked_at| StaffMember {
            id: id.to_owned(),
            name: id.to_uppercase(),
            title: String::new(),
            security: false,
            revoked_at,
        };
        let staff = [member("mara", None), member("gone", Some(Time(1)))];
        let mara = PersonRef { person: PersonId::parse("mara").unwrap(), name: "MARA".to_owned() };
        assert_eq!(agreed.csm(&AccountId::parse("acme").unwrap(), &staff), Some(mara.clone()));
        assert_eq!(agreed.csm(&AccountId::parse("globex").unwrap(), &staff), None);
        assert_eq!(agreed.policy_with(&staff).owners, [(ComponentId::parse("api").unwrap(), mara)]);
        assert!(agreed.name_staff() && !read(|_| ()).unwrap().name_staff());
    }
}
