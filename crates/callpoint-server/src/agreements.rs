//! What was agreed by configuration: the rules' policy, each account's terms, who of staff looks after whom. It must
//! know nothing of what staff agreed with an account since; that is in the log and goes before it.

use std::collections::{BTreeMap, BTreeSet};

use callpoint_core::{
    model::{
        id::{AccountId, ComponentId, PersonId},
        incident::Incident,
        limits::TITLE_LIMIT,
        person::{GUEST, PersonRef},
        policy::{COMMANDER, Class, Engagement, Policy, QuietHours, SECURITY, SERVICE, Terms},
        severity::Scheme,
        time::{MINUTE, Time},
    },
    rules::due,
    wire::protocol::Vendor,
};

use crate::{
    config::{Config, ConfigError},
    store::StaffMember,
};

/// An incident that has just been looked at, and in which nothing was due, is left alone for so long.
const REST: i64 = MINUTE;

/// What was agreed.
#[derive(Clone, Debug)]
pub struct Agreements {
    /// Without owners: who they are is known only with the staff.
    policy: Policy,
    owners: Vec<(ComponentId, PersonId)>,
    csms: BTreeMap<AccountId, PersonId>,
    terms: Terms,
    guests: Engagement,
    tiers: BTreeMap<String, Engagement>,
    accounts: BTreeMap<AccountId, Engagement>,
    pagers: BTreeSet<AccountId>,
}

impl Agreements {
    /// Reads them out of the configuration.
    ///
    /// # Errors
    /// Names the first key whose value is not usable, and says what it has to be.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let (vendor, engagement) = (&config.vendor, &config.engagement);
        let scheme = Scheme::preset(&vendor.scheme)
            .ok_or_else(|| ConfigError::value("vendor.scheme", "must be `sev1-3` or `p0-p3`"))?;
        let quiet = quiet_hours(&vendor.quiet_hours, vendor.quiet_rank, &scheme)?;
        let mut policy = Policy { classes: classes(&vendor.classes)?, quiet, ..Policy::of(scheme) };
        policy.others_from = usize::try_from(vendor.others_from)
            .ok()
            .filter(|from| (2..=1_000).contains(from))
            .ok_or_else(|| ConfigError::value("vendor.others_from", "must be from 2 to 1000"))?;
        if !vendor.roles.is_empty() {
            policy.roles = roles(&vendor.roles)?;
        }
        let hours = |key, hours, most| within(key, hours, most).map(|hours| hours * 60);
        let terms = Terms {
            engagement: word("engagement.default", &engagement.default)?,
            closure_minutes: hours("engagement.closure_hours", engagement.closure_hours, 24 * 90)?,
            downgrade_minutes: hours("engagement.downgrade_hours", engagement.downgrade_hours, 24 * 90)?,
            reopen_days: within("engagement.reopen_days", engagement.reopen_days, 365)?,
            shared_pager: false,
        };
        let staff = |text: &str| PersonId::parse(text);
        let key = "engagement.shared_pager";
        let pagers = engagement.shared_pager.iter().map(|id| AccountId::parse(id).ok_or_else(|| not_an_account(key)));
        Ok(Self {
            policy,
            owners: pairs("vendor.owners", "component=staff id", &vendor.owners, ComponentId::parse, staff)?,
            csms: pairs("vendor.csm", "account=staff id", &vendor.csm, AccountId::parse, staff)?.into_iter().collect(),
            terms,
            guests: guests(&engagement.guests)?,
            tiers: engagements("engagement.tiers", "tier", &engagement.tiers, |tier| Some(tier.to_owned()))?,
            accounts: engagements("engagement.accounts", "account", &engagement.accounts, AccountId::parse)?,
            pagers: pagers.collect::<Result<_, _>>()?,
        })
    }

    /// What the rules read, but for the owners of components.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the rules read, with the owners among these staff.
    #[must_use]
    pub fn policy_with(&self, staff: &[StaffMember]) -> Policy {
        let owner = |(id, person): &(ComponentId, PersonId)| Some((id.clone(), named(staff, person)?));
        Policy { owners: self.owners.iter().filter_map(owner).collect(), ..self.policy.clone() }
    }

    /// Whether anybody of staff is named.
    #[must_use]
    pub fn name_staff(&self) -> bool {
        !self.owners.is_empty() || !self.csms.is_empty()
    }

    /// What holds for an account, by its name or else by its tier; for guests, what holds for all of them.
    #[must_use]
    pub fn terms(&self, account: &AccountId, tier: Option<&str>) -> Terms {
        if account.as_str().starts_with(GUEST) {
            return Terms { engagement: self.guests, ..self.terms.clone() };
        }
        let by_tier = tier.and_then(|tier| self.tiers.get(tier));
        let engagement = self.accounts.get(account).or(by_tier).copied().unwrap_or(self.terms.engagement);
        Terms { engagement, shared_pager: self.pagers.contains(account), ..self.terms.clone() }
    }

    /// Who of these staff looks after an account.
    #[must_use]
    pub fn csm(&self, account: &AccountId, staff: &[StaffMember]) -> Option<PersonRef> {
        named(staff, self.csms.get(account)?)
    }

    /// Who runs this, as clients are told.
    #[must_use]
    pub fn vendor(&self, name: &str) -> Vendor {
        let Policy { scheme, classes, roles, .. } = self.policy.clone();
        Vendor { name: name.to_owned(), scheme, classes, roles }
    }

    /// When to look at an incident next, if nothing happens to it until then.
    #[must_use]
    pub fn due(&self, incident: &Incident) -> Option<Time> {
        due::next(incident, &self.policy)
    }

    /// The same, straight after somebody looked: never at once again, whatever the rules say.
    #[must_use]
    pub fn due_after_look(&self, incident: &Incident, now: Time) -> Option<Time> {
        self.due(incident).map(|at| if at > now { at } else { now.plus(REST) })
    }
}

/// A guest can't answer, so nothing of theirs may wait for an answer without end.
fn guests(text: &str) -> Result<Engagement, ConfigError> {
    match word("engagement.guests", text)? {
        Engagement::CustomerLed => Err(ConfigError::value("engagement.guests", "must be advisory or shared")),
        other => Ok(other),
    }
}

/// Somebody of these staff, unless they are locked out.
#[must_use]
pub fn named(staff: &[StaffMember], person: &PersonId) -> Option<PersonRef> {
    let member = staff.iter().find(|member| member.id == person.as_str() && member.revoked_at.is_none())?;
    Some(PersonRef { person: person.clone(), name: member.name.clone() })
}

/// Pairs of `left=right`; `form` says how they have to read.
pub(crate) fn pairs<A, B>(
    key: &'static str,
    form: &str,
    texts: &[String],
    left: impl Fn(&str) -> Option<A>,
    right: impl Fn(&str) -> Option<B>,
) -> Result<Vec<(A, B)>, ConfigError> {
    let pair = |text: &String| {
        let (one, two) = text.split_once('=')?;
        left(one.trim()).zip(right(two.trim()))
    };
    let read =
        |text| pair(text).ok_or_else(|| ConfigError::value(key, &format!("`{text}` must have the form `{form}`")));
    texts.iter().map(read).collect()
}

fn engagements<A: Ord>(
    key: &'static str,
    what: &str,
    texts: &[String],
    left: impl Fn(&str) -> Option<A>,
) -> Result<BTreeMap<A, Engagement>, ConfigError> {
    let form = format!("{what}=ENGAGEMENT, with advisory, shared or customer_led");
    Ok(pairs(key, &form, texts, left, engagement)?.into_iter().collect())
}

fn engagement(text: &str) -> Option<Engagement> {
    Engagement::ALL.iter().copied().find(|engagement| engagement.as_str() == text)
}

fn word(key: &'static str, text: &str) -> Result<Engagement, ConfigError> {
    engagement(text).ok_or_else(|| ConfigError::value(key, "must be advisory, shared or customer_led"))
}

fn within(key: &'static str, number: i64, most: i64) -> Result<u32, ConfigError> {
    let fits = u32::try_from(number).ok().filter(|_| (1..=most).contains(&number));
    fits.ok_or_else(|| ConfigError::value(key, &format!("must be from 1 to {most}")))
}

fn not_an_account(key: &'static str) -> ConfigError {
    ConfigError::value(key, "must list account IDs")
}

fn classes(texts: &[String]) -> Result<Vec<Class>, ConfigError> {
    let key = "vendor.classes";
    let text =
        |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty() && text.chars().count() <= TITLE_LIMIT);
    let read = pairs(key, "id=Words for customers", texts, text, text)?;
    if let Some((id, _)) = read.iter().find(|(id, _)| [SERVICE, SECURITY].contains(&id.as_str())) {
        return Err(ConfigError::value(key, &format!("`{id}` is already defined: choose another ID")));
    }
    Ok(read.into_iter().map(|(id, words)| Class { id, words }).collect())
}

fn roles(texts: &[String]) -> Result<Vec<String>, ConfigError> {
    let key = "vendor.roles";
    if texts.iter().any(|role| role.trim().is_empty() || role.chars().count() > TITLE_LIMIT) {
        return Err(ConfigError::value(key, &format!("each must have 1 to {TITLE_LIMIT} characters")));
    }
    if !texts.iter().any(|role| role == COMMANDER) {
        return Err(ConfigError::value(key, &format!("must include `{COMMANDER}`: a top-severity incident needs one")));
    }
    Ok(texts.to_vec())
}

/// `22:00-06:00`, in UTC. The top level never rests.
fn quiet_hours(text: &str, rank: i64, scheme: &Scheme) -> Result<Option<QuietHours>, ConfigError> {
    let levels = i64::try_from(scheme.levels.len()).unwrap_or(i64::MAX);
    let rank = u8::try_from(rank).ok().filter(|_| (2..=levels).contains(&rank)).ok_or_else(|| {
        ConfigError::value(
            "vendor.quiet_rank",
            &format!("must be from 2 to {levels}: quiet hours never apply to the top level"),
        )
    })?;
    if text.is_empty() {
        return Ok(None);
    }
    let span = text.split_once('-').and_then(|(from, until)| Some((minute(from.trim())?, minute(until.trim())?)));
    let quiet = span.filter(|(from, until)| from != until).map(|(from, until)| QuietHours { from, until, rank });
    quiet.map(Some).ok_or_else(|| ConfigError::value("vendor.quiet_hours", "must look like `22:00-06:00`, in UTC"))
}

/// `22:00` as the minute of the day.
fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str, below: u32| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten().filter(|number| *number < below)
    };
    Some(two(hour, 24)? * 60 + two(minute, 60)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: impl Fn(&mut Config)) -> Result<Agreements, String> {
        let mut config = Config::default();
        change(&mut config);
        Agreements::read(&config).map_err(|error| error.to_string())
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

    #[test]
    fn quiet_hours_are_two_times_of_day() {
        let quiet = |text: &str| read(|config| config.vendor.quiet_hours = text.to_owned());
        let night = QuietHours { from: 22 * 60, until: 6 * 60 + 30, rank: 2 };
        assert_eq!(quiet("22:00-06:30").unwrap().policy().quiet, Some(night));
        assert_eq!(quiet("").unwrap().policy().quiet, None);
        for wrong in ["22-6", "22:00", "24:00-06:00", "22:60-06:00", "22:00-22:00", "+2:00-06:00", "2:00-06:00"] {
            assert!(quiet(wrong).unwrap_err().contains("vendor.quiet_hours"), "{wrong}");
        }
    }
}
