//! The configured policy as typed values: severity scheme, classes, roles, engagements, and the staff responsible for
//! components and accounts.

use std::collections::{BTreeMap, BTreeSet};

use callpoint_core::model::{
    id::{AccountId, ComponentId, PersonId},
    limits::{TITLE_LIMIT, is_blank},
    policy::{COMMANDER, Class, Engagement, Policy, QuietHours, SECURITY, SERVICE, SilenceLimit, Terms},
    severity::Scheme,
};

use super::{Config, ConfigError, pairs};

/// The parsed policy and engagements.
#[derive(Clone, Debug)]
pub struct PolicySettings {
    /// The rules' policy, without component owners: their names come from the staff in the database.
    pub policy: Policy,
    /// The owners of components.
    pub owners: Vec<(ComponentId, PersonId)>,
    /// The customer success managers of accounts.
    pub csms: BTreeMap<AccountId, PersonId>,
    /// The terms of every other account.
    pub terms: Terms,
    /// The engagement of guests.
    pub guests: Engagement,
    /// Engagements by the tier in the token.
    pub tiers: BTreeMap<String, Engagement>,
    /// Engagements by account; they take precedence over tiers.
    pub accounts: BTreeMap<AccountId, Engagement>,
    /// Accounts whose own on-call team is paged too.
    pub pagers: BTreeSet<AccountId>,
}

impl PolicySettings {
    /// Parses them from the configuration.
    ///
    /// # Errors
    /// Names the first key with an invalid value, and the requirement.
    pub(super) fn parse(config: &Config) -> Result<Self, ConfigError> {
        let (vendor, engagement) = (&config.vendor, &config.engagement);
        let scheme = Scheme::preset(&vendor.scheme)
            .ok_or_else(|| ConfigError::value("vendor.scheme", "must be `sev1-3` or `p0-p3`"))?;
        let quiet = quiet_hours("vendor.quiet_hours", &vendor.quiet_hours, vendor.quiet_rank, &scheme)?;
        let classes = classes(&vendor.classes)?;
        let fields = super::fields::parse(&config.report.fields)?;
        let drills = config.webhook.drills || config.pagerduty.drills;
        let mut policy = Policy { classes, fields, quiet, drills, ..Policy::of(scheme) };
        policy.escalations = super::escalation::parse(config, &policy.scheme, &policy.classes)?;
        policy.others_from = usize::try_from(vendor.others_from)
            .ok()
            .filter(|from| (2..=1_000).contains(from))
            .ok_or_else(|| ConfigError::value("vendor.others_from", "must be from 2 to 1000"))?;
        if !vendor.roles.is_empty() {
            policy.roles = roles(&vendor.roles)?;
        }
        let hours = |key, hours, most| within(key, hours, most).map(|hours| hours * 60);
        let executives = engagement.executives.iter().map(|id| {
            PersonId::parse(id).ok_or_else(|| ConfigError::value("engagement.executives", "must list staff IDs"))
        });
        policy.executives = executives.collect::<Result<_, _>>()?;
        let limit = SilenceLimit {
            days: within("engagement.silence_days", engagement.silence_days, 365)?,
            reminders: within("engagement.silence_reminders", engagement.silence_reminders, 50)?,
        };
        let terms = Terms {
            engagement: word("engagement.default", &engagement.default)?,
            closure_minutes: hours("engagement.closure_hours", engagement.closure_hours, 24 * 90)?,
            downgrade_minutes: hours("engagement.downgrade_hours", engagement.downgrade_hours, 24 * 90)?,
            reopen_days: within("engagement.reopen_days", engagement.reopen_days, 365)?,
            shared_pager: false,
            reminder_days: within("engagement.reminder_days", engagement.reminder_days, 90)?,
            silence_limit: (!policy.executives.is_empty()).then_some(limit),
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
}

/// A guest can't answer, so `customer_led`, which waits without a timeout, is refused.
fn guests(text: &str) -> Result<Engagement, ConfigError> {
    match word("engagement.guests", text)? {
        Engagement::CustomerLed => Err(ConfigError::value("engagement.guests", "must be advisory or shared")),
        other => Ok(other),
    }
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
    let text = |text: &str| Some(text.to_owned()).filter(|text| !is_blank(text) && text.chars().count() <= TITLE_LIMIT);
    let read = pairs(key, "id=Words for customers", texts, text, text)?;
    if let Some((id, _)) = read.iter().find(|(id, _)| [SERVICE, SECURITY].contains(&id.as_str())) {
        return Err(ConfigError::value(key, &format!("`{id}` is already defined: choose another ID")));
    }
    Ok(read.into_iter().map(|(id, words)| Class { id, words }).collect())
}

fn roles(texts: &[String]) -> Result<Vec<String>, ConfigError> {
    let key = "vendor.roles";
    if texts.iter().any(|role| is_blank(role) || role.chars().count() > TITLE_LIMIT) {
        return Err(ConfigError::value(key, &format!("each must have 1 to {TITLE_LIMIT} characters")));
    }
    if !texts.iter().any(|role| role == COMMANDER) {
        return Err(ConfigError::value(key, &format!("must include `{COMMANDER}`: a top-severity incident needs one")));
    }
    Ok(texts.to_vec())
}

/// Parses `22:00-06:00`, in UTC. Quiet hours never apply to the top level.
pub(super) fn quiet_hours(
    key: &str,
    text: &str,
    rank: i64,
    scheme: &Scheme,
) -> Result<Option<QuietHours>, ConfigError> {
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
    quiet.map(Some).ok_or_else(|| ConfigError::value(key, "must look like `22:00-06:00`, in UTC"))
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

    #[test]
    fn quiet_hours_are_two_times_of_day() {
        let quiet = |text: &str| {
            let mut config = Config::default();
            config.vendor.quiet_hours = text.to_owned();
            PolicySettings::parse(&config).map(|settings| settings.policy.quiet).map_err(|error| error.to_string())
        };
        let night = QuietHours { from: 22 * 60, until: 6 * 60 + 30, rank: 2 };
        assert_eq!(quiet("22:00-06:30").unwrap(), Some(night));
        assert_eq!(quiet("").unwrap(), None);
        for wrong in ["22-6", "22:00", "24:00-06:00", "22:60-06:00", "22:00-22:00", "+2:00-06:00", "2:00-06:00"] {
            assert!(quiet(wrong).unwrap_err().contains("vendor.quiet_hours"), "{wrong}");
        }
    }
}
