//! The command line of Callpoint's reference backend.

#![expect(clippy::print_stdout, reason = "what a command line says, it says on standard output")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use callpoint_core::model::{
    id::{AccountId, PersonId},
    limits::{TITLE_LIMIT, parse_line},
    time::{DAY, HOUR},
};
use callpoint_server::{
    clock::{CLOCK_FILE, Clock},
    config::{Config, Settings},
    conformance::{self, ConformanceRequest, Outcome, Profile},
    connect::import::statuspage::{self, ImportOptions},
    demo,
    doctor::{self, DoctorRequest},
    http::{
        auth::{self, CustomerClaims, MAX_MINUTES, TokenKeys},
        openapi::{self, reference, typescript},
    },
    logging,
    store::{self, StaffMember, Store},
};
use clap::{Args, Parser, Subcommand};
use tokio::net::TcpListener;

/// Report, follow and resolve incidents together with your customers.
#[derive(Parser)]
#[command(name = "callpoint", version)]
struct CommandLine {
    #[command(flatten)]
    options: GlobalOptions,
    #[command(subcommand)]
    command: CliCommand,
}

#[derive(Args)]
struct GlobalOptions {
    /// Configuration file (TOML). Every key can also be set by environment variable: CALLPOINT_VENDOR_NAME, …
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database: sqlite:FILE or postgres://…
    #[arg(long, global = true, value_name = "ADDRESS")]
    database: Option<String>,
    /// Run the demo: a made-up vendor with customers, staff and history.
    #[arg(long, global = true)]
    demo: bool,
}

#[derive(Subcommand)]
enum CliCommand {
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
enum StaffCommand {
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
enum ImportCommand {
    /// Import incidents in the Statuspage API v2 format.
    Statuspage {
        /// The JSON file.
        file: PathBuf,
        /// Shift all times so that the newest incident was one day ago.
        #[arg(long)]
        shift_to_now: bool,
    },
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<()> {
    let command_line = CommandLine::parse();
    let config = command_line.options.read()?;
    match command_line.command {
        CliCommand::CheckConfig => {
            config.parse()?;
            println!("The configuration is valid.");
            Ok(())
        }
        CliCommand::Openapi => {
            println!("{}", openapi::text());
            Ok(())
        }
        CliCommand::Schema { form } => schema(&form),
        CliCommand::WebhookSecret { account } => {
            let account = AccountId::parse(&account).context("an ID must have 1 to 128 characters")?;
            let secret = config.parse()?.webhooks.secret.context("set webhook.secret first")?;
            println!("{}", secret.of_account(&account).text());
            Ok(())
        }
        CliCommand::Doctor { url, origin, token } => {
            tokio::runtime::Runtime::new()?.block_on(examine(DoctorRequest { url, origin, token }))
        }
        CliCommand::Conformance { url, profile, staff, origin } => {
            let secret = config.customers.secret;
            let request = ConformanceRequest { url, profile, secret, staff, origin };
            tokio::runtime::Runtime::new()?.block_on(conform(request))
        }
        command => {
            logging::start(&config);
            tokio::runtime::Runtime::new()?.block_on(work(command, config))
        }
    }
}

impl GlobalOptions {
    fn read(&self) -> Result<Config> {
        let mut config =
            Config::read(self.config.as_deref(), |name| std::env::var(name).ok(), self.demo.then(demo::defaults))?;
        if let Some(database) = &self.database {
            config.database.clone_from(database);
        }
        Ok(config)
    }
}

async fn work(command: CliCommand, mut config: Config) -> Result<()> {
    match command {
        CliCommand::Serve { listen } => {
            config.listen = listen.unwrap_or(config.listen);
            serve(config).await
        }
        CliCommand::Token { sub, name, account, account_name, email, minutes } => {
            if !(1..=MAX_MINUTES).contains(&minutes) {
                bail!("--minutes must be from 1 to {MAX_MINUTES}");
            }
            let claims = CustomerClaims::new(&sub, &name, (&account, &account_name), Clock::default().now(), minutes);
            let claims = CustomerClaims { email, ..claims };
            let settings = config.parse()?;
            let keys = TokenKeys::new(&secret(&settings).await?, settings.customers.leeway_seconds);
            let token = keys.mint(&claims).context("set customers.secret (CALLPOINT_CUSTOMERS_SECRET) first")?;
            let header = format!("Bearer {token}");
            keys.customer(header.as_bytes(), Clock::default().now()).await.map_err(|problem| problem.0)?;
            println!("{token}");
            Ok(())
        }
        CliCommand::Staff(command) => staff(command, &config.parse()?).await,
        CliCommand::Backup { file } => {
            let last = store::back_up(&config.parse()?.database, &file).await?;
            println!("Backup written and checked: {}, with all events up to {last}.", file.display());
            Ok(())
        }
        CliCommand::Import(ImportCommand::Statuspage { file, shift_to_now }) => {
            let json = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let settings = config.parse()?;
            let store = open(&settings).await?;
            let newest = shift_to_now.then(|| settings.clock.now().plus(-DAY));
            let options = ImportOptions { newest, reference_prefix: settings.reference_prefix.clone() };
            let summary = statuspage::import(&store, &json, &options).await?;
            println!("Incidents imported: {}. Already imported: {}.", summary.added, summary.known);
            Ok(())
        }
        CliCommand::CheckConfig
        | CliCommand::Doctor { .. }
        | CliCommand::Conformance { .. }
        | CliCommand::WebhookSecret { .. }
        | CliCommand::Openapi
        | CliCommand::Schema { .. } => Ok(()),
    }
}

/// Prints what was found, one line for each thing.
async fn examine(request: DoctorRequest) -> Result<()> {
    let found = doctor::examine(request).await?;
    for check in &found {
        println!("{}", check.line());
    }
    let wrong = found.iter().filter(|check| check.good == Some(false)).count();
    if wrong > 0 {
        bail!("not everything is as it should be: see the {wrong} marked ✗");
    }
    Ok(())
}

/// Prints each sentence of the protocol, and whether it holds.
async fn conform(request: ConformanceRequest) -> Result<()> {
    let found = conformance::conformance(request).await?;
    let mut part = "";
    for check in &found {
        if check.part != part {
            part = check.part;
            println!("\n{part}");
        }
        println!("{}", check.line());
    }
    let count = |is: fn(&Outcome) -> bool| found.iter().filter(|check| is(&check.outcome)).count();
    let [passed, failed] =
        [count(|one| matches!(one, Outcome::Passed)), count(|one| matches!(one, Outcome::Failed(_)))];
    println!("\n{passed} hold, {failed} don't, {} were not looked at", found.len() - passed - failed);
    if failed > 0 {
        bail!("this backend breaks the {failed} sentences marked ✗");
    }
    if passed < found.len() {
        bail!("not everything was looked at: see the lines marked ·");
    }
    Ok(())
}

async fn serve(config: Config) -> Result<()> {
    let listener = TcpListener::bind(&config.listen)
        .await
        .with_context(|| format!("can't listen on {}: is the port already in use?", config.listen))?;
    if let Some(file) = std::env::var_os(CLOCK_FILE).filter(|_| config.demo) {
        config.clock.follow(std::path::Path::new(&file));
    }
    tracing::info!(listen = %listener.local_addr()?, demo = config.demo, "listening");
    callpoint_server::run(listener, config, shutdown()).await
}

/// Resolves on Ctrl-C or SIGTERM.
async fn shutdown() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

async fn open(settings: &Settings) -> Result<Store> {
    Ok(Store::open(&settings.database, settings.reference_start).await?)
}

/// The configured secret, or the one that the demonstration's database keeps.
async fn secret(settings: &Settings) -> Result<String> {
    match &settings.customers.secret {
        None if settings.demo => demo::prepare(&open(settings).await?, settings).await,
        secret => Ok(secret.clone().unwrap_or_default()),
    }
}

async fn staff(command: StaffCommand, settings: &Settings) -> Result<()> {
    let store = open(settings).await?;
    let members = store.staff().await?;
    match command {
        StaffCommand::Invite { id, name, title, email, security, hours } => {
            let person = PersonId::parse(&id).context("an ID must have 1 to 128 characters")?;
            let id = person.to_string();
            if email.as_ref().is_some_and(|email| email.parse::<lettre::Address>().is_err()) {
                bail!("--email must be an email address");
            }
            match (members.iter().find(|member| member.id == id), name, title) {
                (Some(known), None, None) if !security && known.revoked_at.is_none() => {}
                (_, Some(name), Some(title)) => {
                    let (name, title) =
                        (parse_line("--name", &name, TITLE_LIMIT)?, parse_line("--title", &title, TITLE_LIMIT)?);
                    store.put_staff(&StaffMember { id: id.clone(), name, title, security, revoked_at: None }).await?;
                }
                _ => bail!("this is a new person: add --name NAME and --title TITLE"),
            }
            if let Some(email) = email {
                store.put_email(None, &person, &email).await?;
            }
            let token = auth::invite(&store, &id, hours.saturating_mul(HOUR), settings.clock.now()).await?;
            println!("{}/console#invite={}", settings.site, token.0);
        }
        StaffCommand::SignOut { id } => println!("Sessions ended: {}.", store.end_sessions(&id).await?),
        StaffCommand::List => {
            let sessions = store.session_counts(settings.clock.now()).await?;
            for member in members {
                let mark = if member.revoked_at.is_some() { "revoked" } else { "" };
                let security = if member.security { "security" } else { "" };
                let count = sessions.get(&member.id).copied().unwrap_or_default();
                println!("{}\t{}\t{}\t{security}\t{count}\t{mark}", member.id, member.name, member.title);
            }
        }
        StaffCommand::Revoke { id } => {
            if !store.revoke_staff(&id, settings.clock.now()).await? {
                bail!("no active staff member has the ID `{id}`");
            }
            println!("Access revoked for {id}.");
        }
    }
    Ok(())
}

fn schema(form: &str) -> Result<()> {
    match form {
        "json" => println!("{:#}", openapi::schemas()),
        "typescript" => print!("{}", typescript::text()),
        "reference" => print!("{}", reference::text()),
        _ => bail!("`{form}` isn't supported: use json, typescript or reference"),
    }
    Ok(())
}
