//! What of the configuration can be used, and how what can not is named.

use callpoint_core::model::policy::Policy;

use super::*;

fn read(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let value = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let mut config = Config::read(None, value, None)?;
    if environment.len() == 1 && !config.webhook.is_empty() && config.webhook.secret.is_empty() {
        config.webhook.secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3".to_owned();
    }
    if environment.len() == 1 && !config.mail.is_empty() {
        let given = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
        config.mail.url = given(&config.mail.url, "smtp://localhost:25");
        config.mail.from = given(&config.mail.from, "support@northwind.example");
    }
    if environment.len() <= 2 && !config.oidc.is_empty() {
        let given = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
        config.oidc.issuer = given(&config.oidc.issuer, "https://sign-in.northwind.example");
        config.oidc.client_id = given(&config.oidc.client_id, "callpoint");
        if config.oidc.roles.is_empty() {
            config.oidc.roles = vec!["support=staff".to_owned()];
        }
    }
    config.parse().map(|_| config)
}

/// No secret, whatever its length.
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";

/// A value that a key can have, and has not by itself.
fn example(key: &str) -> &'static str {
    match key {
        "vendor.reference_start" | "vendor.others_from" => "2",
        "vendor.quiet_rank" => "3",
        "engagement.closure_hours"
        | "engagement.downgrade_hours"
        | "engagement.reopen_days"
        | "engagement.reminder_days"
        | "engagement.silence_days"
        | "engagement.silence_reminders" => "8",
        "engagement.executives" => "theo",
        "vendor.classes" => "billing=Billing, data=Wrong data",
        "vendor.roles" => "commander, observer",
        "vendor.quiet_hours" => "22:00-06:00",
        "vendor.owners" => "api=theo",
        "vendor.csm" => "acme=mara",
        "engagement.default" => "shared",
        "engagement.tiers" => "gold=customer_led",
        "engagement.accounts" => "acme=customer_led",
        "engagement.shared_pager" => "acme",
        "webhook.url" | "webhook.security_url" | "slack.url" | "slack.security_url" => {
            "https://hooks.example/in?room=1"
        }
        "webhook.accounts" => "acme=https://acme.example/page",
        "webhook.drills" | "pagerduty.drills" | "slack.drills" | "customers.guests" | "mail.drills" => "true",
        "pagerduty.routing_key" | "pagerduty.security_routing_key" => "0123456789abcdef0123456789abcdef",
        "pagerduty.accounts" => "acme=0123456789abcdef0123456789abcdef",
        "pagerduty.url" => "https://events.eu.pagerduty.com/v2/enqueue",
        "mail.url" => "smtps://northwind:secret@mail.northwind.example",
        "attachments.max_bytes" | "attachments.account_bytes_per_day" => "1000",
        "attachments.types" => "image/png, text/plain",
        "mail.from" => "Northwind <support@northwind.example>",
        "mail.quiet_hours" => "22:00-06:00",
        "customers.guests_per_minute" => "30",
        "customers.leeway_seconds" => "60",
        "customers.keys" => "[{ jwks_url = 'https://sign-in.northwind.example/keys' }]",
        "oidc.issuer" => "https://sign-in.northwind.example",
        "oidc.roles" => "support=staff, security=security",
        "oidc.session_hours" => "8",
        "metrics.listen" => "127.0.0.1:9127",
        "metrics.token" => "0123456789abcdef",
        "engagement.guests" => "shared",
        "report.fields" => "[{ id = 'order', label = 'Order number' }]",
        "limits.connections"
        | "limits.connections_per_address"
        | "limits.streams_per_person"
        | "limits.streams_per_address"
        | "limits.writes_per_minute"
        | "limits.header_seconds"
        | "limits.body_seconds"
        | "limits.idle_seconds" => "40",
        "limits.proxies" => "10.0.0.0/8, 192.0.2.1",
        "escalation" => "[{ steps = [{ page = ['on_call'], minutes = 5 }] }]",
        "log" => "json",
        "vendor.scheme" => "p0-p3",
        "vendor.components" => "api=API, web=Web site",
        "origins" => "https://a.example, https://b.example",
        "public_url" => "https://incidents.example",
        "customers.thread_url" => "/help?incident={incident}",
        "customers.sign_in_url" => "/sign-in",
        "customers.secret" => "0123456789abcdef0123456789abcdef",
        "webhook.secret" => "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        _ => "x",
    }
}

#[test]
fn every_key_can_come_by_environment() {
    for key in keys() {
        assert!(read(&[(&variable(&key.name), example(&key.name))]).is_ok(), "{}", key.name);
    }
    let config = read(&[("CALLPOINT_ORIGINS", "https://a.example, https://b.example")]).unwrap();
    assert_eq!(config.origins, ["https://a.example", "https://b.example"]);
}

/// Every part of the settings, by name: a new field is asked for here.
fn parts(settings: &Settings) -> Vec<(&'static str, String)> {
    let Settings {
        database,
        site,
        public_url,
        origins,
        vendor,
        reference_prefix,
        reference_start,
        components,
        customers: CustomerSettings { secret, issuers, leeway_seconds, guests_per_minute, thread_url, sign_in_url },
        oidc,
        policy: PolicySettings { policy, owners, csms, terms, guests, tiers, accounts, pagers },
        webhooks: WebhookSettings { endpoints, secret: webhook_secret, drills },
        pagerduty: PagerDutySettings { services, url: pagerduty_url, drills: pagerduty_drills },
        slack: SlackSettings { channels, drills: slack_drills },
        mail,
        metrics: MetricsSettings { listen: metrics_listen, token: metrics_token },
        limits:
            LimitSettings {
                connections,
                connections_per_address,
                streams_per_person,
                streams_per_address,
                writes_per_minute,
                times: TimeLimits { header, body, idle },
                proxies,
            },
        attachments: AttachmentSettings { max_bytes, account_bytes_per_day, types },
        demo: _,
        clock: _,
    } = settings;
    let Policy {
        scheme,
        classes,
        fields,
        roles,
        others_from,
        quiet,
        owners: _,
        cleared: _,
        drills: _,
        escalations,
        executives,
    } = policy;
    let mail = mail.as_ref().map(|MailSettings { transport, from, quiet, drills }| {
        let server = match transport {
            MailTransport::Smtp(server) => server.as_str(),
            MailTransport::Demo => "the demonstration's",
        };
        (server, from, quiet, drills)
    });
    let (mail_server, mail_from) = (mail.map(|mail| mail.0), mail.map(|mail| mail.1));
    let (mail_quiet, mail_drills) = (mail.map(|mail| mail.2), mail.map(|mail| mail.3));
    let oidc = oidc.as_ref().map(|oidc| {
        let OidcSettings {
            issuer,
            client_id,
            client_secret,
            name,
            scopes,
            roles_claim,
            roles,
            id_claim,
            title_claim,
            title,
            session,
        } = oidc;
        let who = (issuer, client_id, client_secret, name, scopes);
        (who, (roles_claim, roles, id_claim, title_claim, title, session))
    });
    macro_rules! named {
        ($($part:ident)*) => { vec![$((stringify!($part), format!("{:?}", $part))),*] };
    }
    named! {
        database site public_url origins vendor reference_prefix reference_start components secret issuers leeway_seconds
        guests_per_minute thread_url sign_in_url oidc scheme classes fields roles others_from quiet escalations owners csms terms guests tiers accounts
        pagers executives endpoints webhook_secret drills services pagerduty_url pagerduty_drills channels slack_drills mail_server mail_from mail_quiet mail_drills
        metrics_listen metrics_token
        connections connections_per_address streams_per_person streams_per_address writes_per_minute header body idle proxies
        max_bytes account_bytes_per_day types
    }
}

#[test]
fn every_setting_comes_from_a_key_and_every_key_sets_something() {
    // How the server logs, it asks before anything is parsed.
    let elsewhere = ["log", "log_level"];
    // These say nothing alone.
    let beside = |key: &str| match key {
        "vendor.quiet_rank" => vec!["vendor.quiet_hours"],
        "customers.guests_per_minute" => vec!["customers.guests"],
        "engagement.silence_days" | "engagement.silence_reminders" => vec!["engagement.executives"],
        "oidc.issuer" | "oidc.client_id" | "oidc.roles" => vec![],
        key if key.starts_with("oidc.") => vec!["oidc.issuer"],
        "mail.url" => vec!["mail.from"],
        "mail.from" => vec!["mail.url"],
        "mail.drills" | "mail.quiet_hours" => vec!["mail.url", "mail.from"],
        _ => vec![],
    };
    let of = |keys: &[&str]| {
        let environment: Vec<(String, &str)> = keys.iter().map(|key| (variable(key), example(key))).collect();
        let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        parts(&read(&environment).unwrap().parse().unwrap())
    };
    let mut unset: Vec<&str> = of(&[]).into_iter().map(|(part, _)| part).collect();
    for key in keys().iter().filter(|key| !elsewhere.contains(&key.name.as_str())) {
        let mut given: Vec<&str> = beside(&key.name);
        let before = of(&given);
        given.push(&key.name);
        let after = of(&given);
        let changed: Vec<&str> =
            before.iter().zip(&after).filter(|(before, after)| before != after).map(|((part, _), _)| *part).collect();
        assert!(!changed.is_empty(), "`{}` sets nothing", key.name);
        unset.retain(|part| !changed.contains(part));
    }
    assert_eq!(unset, Vec::<&str>::new(), "no key sets these");
}

#[test]
fn what_can_not_be_used_is_named() {
    for (name, value, named) in [
        ("CALLPOINT_CUSTOMERS_SECRET", "short", "customers.secret"),
        ("CALLPOINT_CUSTOMERS_SECRET", PUBLIC_KEY, "customers.secret: is a key in PEM"),
        ("CALLPOINT_CUSTOMERS_KEYS", "[{}]", "customers.keys[0]: must have one of"),
        ("CALLPOINT_CUSTOMERS_KEYS", "[{ pem = 'x', jwk = '{}' }]", "customers.keys[0]: must have one of"),
        ("CALLPOINT_CUSTOMERS_KEYS", "[{ pem = 'x' }]", "customers.keys[0].pem: must be an Ed25519"),
        (
            "CALLPOINT_CUSTOMERS_KEYS",
            "[{ pem = '-----BEGIN PRIVATE KEY-----' }]",
            "customers.keys[0].pem: is a private key",
        ),
        ("CALLPOINT_CUSTOMERS_KEYS", "[{ jwk = '{\"kty\":\"oct\",\"k\":\"AA\"}' }]", "is a shared secret"),
        ("CALLPOINT_CUSTOMERS_KEYS", "[{ jwk = '{}', id = '1' }]", "customers.keys[0].id"),
        (
            "CALLPOINT_CUSTOMERS_KEYS",
            "[{ jwks_url = 'http://keys.example' }]",
            "customers.keys[0].jwks_url: must be an https",
        ),
        ("CALLPOINT_CUSTOMERS_KEYS", "[{ key = 'x' }]", "unknown field `key`"),
        ("CALLPOINT_CUSTOMERS_GUESTS_PER_MINUTE", "0", "customers.guests_per_minute"),
        ("CALLPOINT_CUSTOMERS_LEEWAY_SECONDS", "-1", "customers.leeway_seconds"),
        ("CALLPOINT_ENGAGEMENT_GUESTS", "customer_led", "engagement.guests"),
        ("CALLPOINT_CUSTOMERS_THREAD_URL", "javascript:{incident}", "customers.thread_url"),
        ("CALLPOINT_CUSTOMERS_SIGN_IN_URL", "javascript:0", "customers.sign_in_url"),
        ("CALLPOINT_VENDOR_SCHEME", "levels", "vendor.scheme"),
        ("CALLPOINT_VENDOR_REFERENCE_START", "many", "CALLPOINT_VENDOR_REFERENCE_START"),
        ("CALLPOINT_VENDOR_COMPONENTS", "api", "vendor.components"),
        ("CALLPOINT_PUBLIC_URL", "incidents.example", "public_url"),
        ("CALLPOINT_ORIGINS", "*", "origins"),
        ("CALLPOINT_ORIGINS", "https://a.example/path", "https://a.example/path"),
        ("CALLPOINT_LOG", "xml", "json"),
        ("CALLPOINT_ESCALATION", "on_call", "CALLPOINT_ESCALATION"),
        ("CALLPOINT_ESCALATION", "[{ steps = [] }]", "escalation[0].steps"),
        ("CALLPOINT_VENDOR_CLASSES", "billing", "vendor.classes"),
        ("CALLPOINT_VENDOR_CLASSES", "security=Ours", "vendor.classes"),
        ("CALLPOINT_VENDOR_ROLES", "observer", "commander"),
        ("CALLPOINT_VENDOR_OTHERS_FROM", "1", "vendor.others_from"),
        ("CALLPOINT_VENDOR_QUIET_HOURS", "at night", "vendor.quiet_hours"),
        ("CALLPOINT_VENDOR_QUIET_RANK", "1", "vendor.quiet_rank"),
        ("CALLPOINT_VENDOR_OWNERS", "api", "vendor.owners"),
        ("CALLPOINT_VENDOR_CSM", "=mara", "vendor.csm"),
        ("CALLPOINT_ENGAGEMENT_DEFAULT", "strict", "engagement.default"),
        ("CALLPOINT_ENGAGEMENT_TIERS", "gold=strict", "engagement.tiers"),
        ("CALLPOINT_ENGAGEMENT_ACCOUNTS", "acme", "engagement.accounts"),
        ("CALLPOINT_ENGAGEMENT_CLOSURE_HOURS", "0", "engagement.closure_hours"),
        ("CALLPOINT_ENGAGEMENT_DOWNGRADE_HOURS", "99999", "engagement.downgrade_hours"),
        ("CALLPOINT_ENGAGEMENT_REOPEN_DAYS", "-1", "engagement.reopen_days"),
        ("CALLPOINT_ENGAGEMENT_REMINDER_DAYS", "91", "engagement.reminder_days"),
        ("CALLPOINT_ENGAGEMENT_EXECUTIVES", "the\to", "engagement.executives"),
        ("CALLPOINT_ENGAGEMENT_SILENCE_DAYS", "0", "engagement.silence_days"),
        ("CALLPOINT_ENGAGEMENT_SILENCE_REMINDERS", "0", "engagement.silence_reminders"),
        ("CALLPOINT_WEBHOOK_URL", "ftp://hooks.example", "webhook.url"),
        ("CALLPOINT_WEBHOOK_URL", "http://hooks.example", "webhook.url"),
        ("CALLPOINT_WEBHOOK_SECURITY_URL", "hooks", "webhook.security_url"),
        ("CALLPOINT_WEBHOOK_ACCOUNTS", "acme", "webhook.accounts"),
        ("CALLPOINT_WEBHOOK_ACCOUNTS", "acme=http://acme.example", "webhook.accounts"),
        ("CALLPOINT_WEBHOOK_SECRET", "hunter2", "webhook.secret"),
        ("CALLPOINT_WEBHOOK_DRILLS", "often", "CALLPOINT_WEBHOOK_DRILLS"),
        ("CALLPOINT_PAGERDUTY_ROUTING_KEY", "short", "pagerduty.routing_key"),
        ("CALLPOINT_PAGERDUTY_SECURITY_ROUTING_KEY", "0123456789abcdef0123456789abcde/", "security_routing_key"),
        ("CALLPOINT_PAGERDUTY_ACCOUNTS", "acme=short", "pagerduty.accounts: must list account=key"),
        ("CALLPOINT_SLACK_URL", "http://hooks.slack.example", "slack.url"),
        ("CALLPOINT_SLACK_SECURITY_URL", "#security", "slack.security_url"),
        ("CALLPOINT_PAGERDUTY_URL", "http://events.example", "pagerduty.url"),
        ("CALLPOINT_METRICS_LISTEN", "9127", "metrics.listen"),
        ("CALLPOINT_METRICS_TOKEN", "short", "metrics.token"),
        ("CALLPOINT_OIDC_ISSUER", "sign-in.northwind.example", "oidc.issuer"),
        ("CALLPOINT_OIDC_ISSUER", "http://sign-in.northwind.example", "oidc.issuer"),
        ("CALLPOINT_OIDC_ROLES", "support", "oidc.roles"),
        ("CALLPOINT_OIDC_ROLES", "support=admin", "oidc.roles"),
        ("CALLPOINT_ATTACHMENTS_MAX_BYTES", "-1", "attachments.max_bytes"),
        ("CALLPOINT_ATTACHMENTS_MAX_BYTES", "104857601", "attachments.max_bytes"),
        ("CALLPOINT_ATTACHMENTS_ACCOUNT_BYTES_PER_DAY", "-1", "attachments.account_bytes_per_day"),
        ("CALLPOINT_ATTACHMENTS_TYPES", "png", "attachments.types"),
        ("CALLPOINT_MAIL_URL", "mail.northwind.example", "mail.url"),
        ("CALLPOINT_MAIL_URL", "https://mail.northwind.example", "mail.url"),
        ("CALLPOINT_MAIL_URL", "smtp://mail.northwind.example", "mail.url"),
        ("CALLPOINT_MAIL_URL", "smtp://mail.northwind.example?tls=opportunistic", "mail.url"),
        ("CALLPOINT_MAIL_URL", "smtps://northwind@mail.northwind.example", "a user and a password"),
        ("CALLPOINT_MAIL_FROM", "Northwind", "mail.from"),
        ("CALLPOINT_MAIL_QUIET_HOURS", "at night", "mail.quiet_hours"),
        ("CALLPOINT_LIMITS_CONNECTIONS", "-1", "limits.connections"),
        ("CALLPOINT_LIMITS_STREAMS_PER_PERSON", "0", "limits.streams_per_person"),
        ("CALLPOINT_LIMITS_IDLE_SECONDS", "0", "limits.idle_seconds"),
        ("CALLPOINT_LIMITS_PROXIES", "proxy.example", "limits.proxies"),
    ] {
        let error = read(&[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn a_file_lies_over_the_demonstration_and_the_environment_over_both() {
    let folder = std::env::temp_dir().join(format!("callpoint-config-{}", std::process::id()));
    std::fs::write(&folder, "listen = '127.0.0.1:1'\n[vendor]\nname = 'File'").unwrap();
    let demo: toml::Table = "[vendor]\nreference_prefix = 'NW-'".parse().unwrap();
    let environment = |name: &str| (name == "CALLPOINT_LISTEN").then(|| "127.0.0.1:2".to_owned());
    let config = Config::read(Some(&folder), environment, Some(demo.clone())).unwrap();
    std::fs::write(&folder, "colour = 'red'").unwrap();
    let error = Config::read(Some(&folder), environment, Some(demo.clone())).unwrap_err().to_string();
    std::fs::remove_file(&folder).unwrap();
    assert_eq!((config.listen.as_str(), config.vendor.name.as_str()), ("127.0.0.1:2", "File"));
    assert_eq!(config.vendor.reference_prefix, "NW-");
    assert!(error.contains("colour"), "{error}");
}
