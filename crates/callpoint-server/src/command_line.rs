//! What the command line takes.

use std::path::PathBuf;

use anyhow::Result;
use callpoint_server::{config::Config, conformance::Profile, demo};
use clap::{Args, Parser, Subcommand};

/// Report, follow and resolve incidents together with your customers.
#[derive(Parser)]
#[command(name = "callpoint", version)]
pub struct CommandLine {
    #[command(flatten)]
    pub options: GlobalOptions,
    #[command(subcommand)]
    pub command: CliCommand,
}

#[derive(Args)]
pub struct GlobalOptions {
    /// Configuration file (TOML). Every key can also be set by environment variable: CALLPOINT_VENDOR_NAME, …
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Database: sqlite:FILE or postgres://…
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Run the demo: a made-up vendor with customers, staff and history.
    #[arg(long, global = true)]
    pub demo: bool,
}

#[derive(Subcommand)]
pub enum CliCommand {
    /// Start the server.
    Serve {
        /// Address to listen on.
        #[arg(long, value_name = "HOST:PORT")]
        listen: Option<String>,
    },
    /// Check the configuration.
    CheckConfig,
    /// Check from outside whether a page can use a server.
    Doctor {
        /// The server's origin, such as https://incidents.vendor.example.
        url: String,
        /// The origin of the page that embeds the widget, such as https://app.vendor.example.
        #[arg(long)]
        origin: Option<String>,
        /// A customer token from your own backend; - reads it from standard input.
        #[arg(long)]
        token: Option<String>,
    },
    /// Check whether a backend, whoever wrote it, speaks the protocol. It reports incidents there and pages people:
    /// use one for trying. Customers' tokens are signed with customers.secret (CALLPOINT_CUSTOMERS_SECRET).
    Conformance {
        /// The backend's origin, such as http://127.0.0.1:4127.
        url: String,
        /// core or full: see PROTOCOL.md.
        #[arg(long, default_value = "full")]
        profile: Profile,
        /// A one-time sign-in link of somebody of staff, or its token; it's used up.
        #[arg(long, value_name = "LINK")]
        staff: Option<String>,
        /// An origin whose pages may use the backend.
        #[arg(long)]
        origin: Option<String>,
    },
    /// Create a customer token for testing.
    Token {
        /// The person's ID.
        #[arg(long)]
        sub: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their account's ID.
        #[arg(long)]
        account: String,
        /// Their account's name.
        #[arg(long)]
        account_name: String,
        /// Their email address, where they're told about their incidents.
        #[arg(long)]
        email: Option<String>,
        /// How many minutes it's valid, up to 1440.
        #[arg(long, default_value_t = 60)]
        minutes: i64,
    },
    /// Print the secret an account uses to verify its webhook signatures.
    WebhookSecret {
        /// The account's ID.
        #[arg(long)]
        account: String,
    },
    /// Invite, list and revoke staff.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Back up an SQLite database while the server runs.
    Backup {
        /// The file to write, which must not exist yet.
        file: PathBuf,
    },
    /// Import incident history.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print the OpenAPI document.
    Openapi,
    /// Print the API types as JSON Schema or TypeScript declarations, or the reference of docs/.
    Schema {
        /// json, typescript or reference.
        #[arg(default_value = "json")]
        form: String,
    },
}

#[derive(Subcommand)]
pub enum StaffCommand {
    /// Print a one-time sign-in link.
    Invite {
        /// Their ID: short, without spaces.
        id: String,
        /// Their name, as customers see it. Required for a new person.
        #[arg(long)]
        name: Option<String>,
        /// Their job title, as customers see it. Required for a new person.
        #[arg(long)]
        title: Option<String>,
        /// Their email address, where they're told about the incidents they look after.
        #[arg(long)]
        email: Option<String>,
        /// Give them access to sealed incidents.
        #[arg(long)]
        security: bool,
        /// How many hours the link is valid, from 1 to 168.
        #[arg(long, default_value_t = 24)]
        hours: i64,
    },
    /// List all staff, with how many sessions each has.
    List,
    /// End all sessions of someone, who can sign in again.
    SignOut {
        /// Their ID.
        id: String,
    },
    /// Revoke someone's access immediately.
    Revoke {
        /// Their ID.
        id: String,
    },
}

#[derive(Subcommand)]
pub enum ImportCommand {
    /// Import incidents in the Statuspage API v2 format.
    Statuspage {
        /// The JSON file.
        file: PathBuf,
        /// Shift all times so that the newest incident was one day ago.
        #[arg(long)]
        shift_to_now: bool,
    },
}

impl GlobalOptions {
    /// The configuration that they lead to.
    pub fn read(&self) -> Result<Config> {
        let mut config =
            Config::read(self.config.as_deref(), |name| std::env::var(name).ok(), self.demo.then(demo::defaults))?;
        if let Some(database) = &self.database {
            config.database.clone_from(database);
        }
        Ok(config)
    }
}
