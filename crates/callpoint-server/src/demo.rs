//! The demonstration: a made-up vendor, Northwind, with customers, staff and four years of real history.

use std::io::Read as _;

use callpoint_core::model::time::{DAY, HOUR, Time};

use crate::{
    auth::{self, Claims, Keys},
    clock::{hex, random},
    config::Config,
    import,
    store::{Fault, StaffMember, Store},
};

/// As GitHub published it; where it comes from stands beside the file.
static HISTORY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/history.json.gz"));

/// Where the newest incident of the history is put: so long ago.
const NEWEST_IS: i64 = DAY + 3 * HOUR;

/// A customer of the made-up vendor.
struct Customer {
    sub: &'static str,
    name: &'static str,
    account: (&'static str, &'static str),
}

const CUSTOMERS: [Customer; 4] = [
    Customer { sub: "ada", name: "Ada Marsh", account: ("acme", "Acme Robotics") },
    Customer { sub: "ben", name: "Ben Ortiz", account: ("acme", "Acme Robotics") },
    Customer { sub: "gita", name: "Gita Rao", account: ("globex", "Globex Logistics") },
    Customer { sub: "hugo", name: "Hugo Meyer", account: ("initech", "Initech Payroll") },
];

/// Id, name, title, and whether sealed incidents are open to them.
const STAFF: [(&str, &str, &str, bool); 2] =
    [("mara", "Mara Lind", "Customer success manager", false), ("theo", "Theo Park", "Incident commander", true)];

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
        [customers]
        thread_url = "/demo?incident={incident}"
        [engagement]
        accounts = ["acme=customer_led", "globex=shared"]
        shared_pager = ["acme"]
    "#;
    text.parse().unwrap_or_default()
}

/// Puts staff and history in place, once, and gives the secret that customer tokens are signed with: the configured
/// one, or one that this database keeps.
///
/// # Errors
/// When the database fails or the history can't be read.
pub async fn prepare(store: &Store, config: &Config) -> anyhow::Result<String> {
    let now = config.clock.now();
    let staff = store.staff().await?;
    for (id, name, title, security) in STAFF {
        let (id, name, title) = (id.to_owned(), name.to_owned(), title.to_owned());
        if !staff.iter().any(|member| member.id == id) {
            store.put_staff(&StaffMember { id, name, title, security, revoked_at: None }).await?;
        }
    }
    if store.first_public().await?.is_none() {
        let mut json = String::new();
        flate2::read::GzDecoder::new(HISTORY).read_to_string(&mut json)?;
        let options = import::Options {
            newest: Some(now.plus(-NEWEST_IS)),
            reference_prefix: config.vendor.reference_prefix.clone(),
        };
        let brought = import::statuspage(store, &json, &options).await?;
        tracing::info!(incidents = brought.added, "demo history imported");
    }
    if config.customers.secret.is_empty() {
        let fresh = hex(&random().map_err(Fault::Randomness)?);
        return Ok(store.secret("demo customers", &fresh).await?);
    }
    Ok(config.customers.secret.clone())
}

/// A token as Northwind's own backend would mint it for one of its customers.
#[must_use]
pub fn token(keys: &Keys, who: &str, now: Time) -> Option<String> {
    let customer = CUSTOMERS.iter().find(|customer| customer.sub == who)?;
    keys.mint(&Claims::new(customer.sub, customer.name, customer.account, now, 60))
}

/// A one-time link's token for one of Northwind's staff; `None` for anybody else.
///
/// # Errors
/// When the database fails.
pub async fn invite(store: &Store, who: &str, now: Time) -> Result<Option<auth::Token>, Fault> {
    if !STAFF.iter().any(|(id, ..)| *id == who) {
        return Ok(None);
    }
    auth::invite(store, who, HOUR, now).await.map(Some)
}
