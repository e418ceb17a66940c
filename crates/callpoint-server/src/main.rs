//! The command line of Callpoint's reference backend.

#![expect(clippy::print_stdout, reason = "what a command line says, it says on standard output")]

mod command_line;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use callpoint_core::model::{
    id::{AccountId, PersonId},
    limits::{TITLE_LIMIT, parse_line},
    time::{DAY, HOUR},
};
use callpoint_server::{
    clock::{CLOCK_FILE, Clock},
    config::{Config, Settings},
    conformance::{self, CheckOutcome, ConformanceRequest},
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
use clap::Parser as _;
use tokio::net::TcpListener;

use crate::command_line::{CliCommand, CommandLine, ImportCommand, StaffCommand};

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
    let count = |is: fn(&CheckOutcome) -> bool| found.iter().filter(|check| is(&check.outcome)).count();
    let [passed, failed] =
        [count(|one| matches!(one, CheckOutcome::Passed)), count(|one| matches!(one, CheckOutcome::Failed(_)))];
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
