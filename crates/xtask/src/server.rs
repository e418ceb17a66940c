//! The built server as a child process: on a free port, ready before anyone is sent there, ended politely.

use crate::{http, paths, shell};
use anyhow::{Context as _, Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Where the demonstration listens when nobody says otherwise.
pub const DEFAULT_PORT: u16 = 4127;

/// Set once by Ctrl-C (or a polite request to end).
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the person has asked to stop.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// From here on Ctrl-C is ours to handle, so that the server can end its streams before we do.
pub fn stop_on_ctrl_c() -> Result<()> {
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed)).context("Ctrl-C can't be handled")
}

/// Compiles the server for development.
pub fn build() -> Result<PathBuf> {
    shell::step("the server", || {
        shell::run(shell::cargo()?.args(["build", "--package", "callpoint-server", "--bin", "callpoint"]))
    })?;
    binary("debug")
}

/// Where cargo puts the server.
pub fn binary(profile: &str) -> Result<PathBuf> {
    let name = if cfg!(windows) { "callpoint.exe" } else { "callpoint" };
    Ok(paths::target()?.join(profile).join(name))
}

/// The wished port, or the next that is free.
pub fn free_port(wished: u16) -> Result<u16> {
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let port =
        (wished..=wished.saturating_add(50)).find(free).with_context(|| format!("no free port from {wished} on"))?;
    if port != wished {
        shell::note(&format!("port {wished} is busy: using {port}"));
    }
    Ok(port)
}

/// A demonstration server that is ready to be visited.
pub struct Server {
    child: Child,
    /// The port it listens on, on this machine only.
    pub port: u16,
}

impl Server {
    /// Starts it with its own database below `target/demo`, and waits until it is ready. Its first start also brings
    /// in four years of history, so that may take a moment.
    pub fn start(binary: &Path, port: u16, environment: &[(&str, &str)]) -> Result<Self> {
        let root = paths::root()?;
        std::fs::create_dir_all(root.join("target/demo"))?;
        let mut command = Command::new(binary);
        command.current_dir(root).args(["serve", "--demo", "--listen", &format!("127.0.0.1:{port}")]);
        command.args(["--database", "sqlite:target/demo/callpoint.db"]).envs(environment.iter().copied());
        let child = command.spawn().with_context(|| format!("could not start {}", binary.display()))?;
        let mut server = Self { child, port };
        server.wait_until_ready(Duration::from_secs(60))?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, patience: Duration) -> Result<()> {
        let start = Instant::now();
        while !http::answers_ok(self.port, "/readyz") {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended before it was ready ({status})");
            }
            if stopped() || start.elapsed() > patience {
                self.stop();
                bail!("the server was not ready within {} s", patience.as_secs());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end, and insists after five seconds.
    pub fn stop(&mut self) {
        if cfg!(unix) {
            shell::ask(Command::new("kill").args(["-TERM", &self.child.id().to_string()]));
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(5) {
                if self.ended() {
                    return;
                }
                sleep(Duration::from_millis(20));
            }
        }
        // It may have ended meanwhile; then there is nothing left to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.ended() {
            self.stop();
        }
    }
}
