//! `cargo xtask demo`: from a fresh clone to a browser with the demonstration in it.

use super::server::{self, DEFAULT_PORT, Server};
use crate::shell;
use crate::toolchain::{self, Tool};
use crate::web::{self, Build, WebBuild};
use anyhow::{Result, bail};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Whether to open a browser once the demonstration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Open the demonstration in a browser.
    Browser,
    /// Only print the addresses.
    Nothing,
}

impl Open {
    /// A browser, unless it is unwanted or there is no display.
    pub fn unless(unwanted: bool) -> Self {
        let display = !cfg!(target_os = "linux")
            || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
        if unwanted || shell::unattended() || !display { Self::Nothing } else { Self::Browser }
    }
}

/// Builds, starts, prints the addresses, and stays until Ctrl-C.
pub fn run(port: Option<u16>, open: Open, build: Build) -> Result<()> {
    toolchain::install_missing(&[Tool::RustWasm])?;
    web::build(WebBuild::new(build))?;
    let binary = server::build()?;
    let port = server::free_port(port.unwrap_or(DEFAULT_PORT))?;
    server::stop_on_ctrl_c()?;
    let mut server = shell::step("starting the server (the first start imports four years of history)", || {
        Server::start(&binary, port, &[])
    })?;
    welcome(server.port, open);
    while !server::stopped() {
        if server.ended() {
            bail!("the server exited unexpectedly");
        }
        sleep(Duration::from_millis(100));
    }
    println!("stopping");
    server.stop();
    Ok(())
}

/// Prints the addresses, and opens the first of them.
pub fn welcome(port: u16, open: Open) {
    let site = format!("http://127.0.0.1:{port}");
    println!("\n  Northwind, a customer's view   {site}/demo");
    println!("  Console, the vendor's staff    {site}/console");
    println!("  Status page                    {site}/");
    println!("  Email that would be sent       {site}/demo/mail");
    println!("\n  Press Ctrl-C to stop.\n");
    if open == Open::Browser {
        let opener = if cfg!(target_os = "macos") {
            "open"
        } else if cfg!(windows) {
            "explorer"
        } else {
            "xdg-open"
        };
        let quiet =
            Command::new(opener).arg(format!("{site}/demo")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        if quiet.is_err() {
            shell::note("no browser could be opened; the addresses are above");
        }
    }
}
