//! The demonstration: a made-up vendor, Northwind, with customers, staff and four years of real history.

mod mailbox;
mod routes;

use std::io::Read as _;

pub use routes::routes;

use callpoint_core::model::{
    id::PersonId,
    time::{DAY, HOUR, Time},
};

use crate::{
    config::Settings,
    connect::import::statuspage::{self, ImportOptions},
    crypto::{hex, random},
    http::auth::{self, CustomerClaims, TokenKeys},
    store::{StaffMember, Store, StoreError},
};

/// As GitHub published it; where it comes from stands beside the file.
static HISTORY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/history.json.gz"));

/// Where the newest incident of the history is put: so long ago.
const NEWEST_IS: i64 = DAY + 3 * HOUR;

/// A customer of the made-up vendor.
struct DemoCustomer {
    sub: &'static str,
    name: &'static str,
    account: (&'static str, &'static str),
}

const CUSTOMERS: [DemoCustomer; 4] = [
    DemoCustomer { sub: "ada", name: "Ada Marsh", account: ("acme", "Acme Robotics") },
    DemoCustomer { sub: "ben", name: "Ben Ortiz", account: ("acme", "Acme Robotics") },
    DemoCustomer { sub: "gita", name: "Gita Rao", account: ("globex", "Globex Logistics") },
    DemoCustomer { sub: "hugo", name: "Hugo Meyer", account: ("initech", "Initech Payroll") },
];

/// Id, name, title, and whether sealed incidents are open to them.
const STAFF: [(&str, &str, &str, bool); 3] = [
    ("mara", "Mara Lind", "Customer success manager", false),
    ("theo", "Theo Park", "Incident commander", true),
    ("nora", "Nora Feld", "VP Customer Success", false),
];

/// What the configuration is without a file.
#[must_use]
pub fn defaults() -> toml::Table {
    let text = r#"
        database = "sqlite:callpoint-demo.db"
        origins = ["*"]
        [vendor]
        name = "Northwind"
        reference_prefix = "NW-"
        reference_start = 3520
        classes = ["billing=Invoices and payments", "data=Wrong or missing data"]
        owners = ["actions=theo"]
        csm = ["acme=mara", "globex=mara"]
        [mail]
        from = "Northwind <support@northwind.example>"
        [customers]
        thread_url = "/demo?incident={incident}"
        sign_in_url = "/demo"
        [engagement]
        accounts = ["acme=customer_led", "globex=shared"]
        shared_pager = ["acme"]
        executives = ["nora"]
        [[escalation]]
        levels = ["SEV1"]
        steps = [
            { page = ["on_call", "owners"], minutes = 5 },
            { page = ["on_call:secondary"], minutes = 10 },
            { page = ["staff:theo"], minutes = 15 },
        ]
    "#;
    text.parse().unwrap_or_default()
}

/// Puts staff and history in place, once, and gives the secret that customer tokens are signed with: the configured
/// one, or one that this database keeps.
///
/// # Errors
/// When the database fails or the history can't be read.
pub async fn prepare(store: &Store, settings: &Settings) -> anyhow::Result<String> {
    let now = settings.clock.now();
    let staff = store.staff().await?;
    for (id, name, title, security) in STAFF {
        let (id, name, title) = (id.to_owned(), name.to_owned(), title.to_owned());
        if !staff.iter().any(|member| member.id == id) {
            let (person, email) = (PersonId::parse(&id), format!("{id}@northwind.example"));
            store.put_staff(&StaffMember { id, name, title, security, revoked_at: None }).await?;
            if let Some(person) = person {
                store.put_email(None, &person, &email).await?;
            }
        }
    }
    if store.first_public().await?.is_none() {
        let mut json = String::new();
        flate2::read::GzDecoder::new(HISTORY).read_to_string(&mut json)?;
        let options =
            ImportOptions { newest: Some(now.plus(-NEWEST_IS)), reference_prefix: settings.reference_prefix.clone() };
        let summary = statuspage::import(store, &json, &options).await?;
        tracing::info!(incidents = summary.added, "demo history imported");
    }
    if let Some(secret) = &settings.customers.secret {
        return Ok(secret.clone());
    }
    let fresh = hex(&random().map_err(StoreError::Randomness)?);
    Ok(store.secret("demo customers", &fresh).await?)
}

/// A token as Northwind's own backend would mint it for one of its customers.
#[must_use]
pub fn token(keys: &TokenKeys, who: &str, now: Time) -> Option<String> {
    let customer = CUSTOMERS.iter().find(|customer| customer.sub == who)?;
    let email = Some(format!("{}@{}.example", customer.sub, customer.account.0));
    keys.mint(&CustomerClaims { email, ..CustomerClaims::new(customer.sub, customer.name, customer.account, now, 60) })
}

/// A one-time link's token for one of Northwind's staff; `None` for anybody else.
///
/// # Errors
/// When the database fails.
pub async fn invite(store: &Store, who: &str, now: Time) -> Result<Option<auth::SessionToken>, StoreError> {
    if !STAFF.iter().any(|(id, ..)| *id == who) {
        return Ok(None);
    }
    auth::invite(store, who, HOUR, now).await.map(Some)
}
