//! The built server as a child process: started on a free port, waited for until it is ready, and stopped.

use crate::{paths, shell};
use anyhow::{Context as _, Result, bail};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The demonstration's port unless `--port` is given.
pub const DEFAULT_PORT: u16 = 4127;

/// Set by Ctrl-C or SIGTERM.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether Ctrl-C was pressed.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Handles Ctrl-C here, so that the server can end its streams first.
pub fn stop_on_ctrl_c() -> Result<()> {
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed)).context("could not install the Ctrl-C handler")
}

/// Compiles the server for development.
pub fn build() -> Result<PathBuf> {
    compile(&["--package", "callpoint-server"])
}

/// Compiles the server out of the crates and features that the Rust tests are compiled with, so that none of them is
/// compiled a second time.
pub fn build_beside_tests() -> Result<PathBuf> {
    compile(&["--workspace", "--exclude", "xtask", "--tests"])
}

fn compile(selection: &[&str]) -> Result<PathBuf> {
    shell::step("building the server", || {
        shell::run(shell::cargo()?.arg("build").args(selection).args(["--bin", "callpoint"]))
    })?;
    binary("debug")
}

/// Where cargo puts the server.
pub fn binary(profile: &str) -> Result<PathBuf> {
    let name = if cfg!(windows) { "callpoint.exe" } else { "callpoint" };
    Ok(paths::target()?.join(profile).join(name))
}

/// The preferred port, or the next that is free.
pub fn free_port(preferred: u16) -> Result<u16> {
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let port = (preferred..=preferred.saturating_add(50))
        .find(free)
        .with_context(|| format!("no free port from {preferred} on"))?;
    if port != preferred {
        shell::note(&format!("port {preferred} is in use: using {port}"));
    }
    Ok(port)
}

/// A demonstration server that is ready.
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

    fn wait_until_ready(&mut self, timeout: Duration) -> Result<()> {
        let start = Instant::now();
        while !answers_ok(self.port, "/readyz") {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server exited before it was ready ({status})");
            }
            if stopped() || start.elapsed() > timeout {
                self.stop();
                bail!("the server was not ready within {} s", timeout.as_secs());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends SIGTERM, and kills it after five seconds.
    pub fn stop(&mut self) {
        if cfg!(unix) {
            shell::query(Command::new("kill").args(["-TERM", &self.child.id().to_string()]));
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

/// Whether `GET path` on this port of this machine answers 200 within a second.
fn answers_ok(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let second = Duration::from_secs(1);
    let Ok(mut stream) = TcpStream::connect_timeout(&address, second) else {
        return false;
    };
    let prepared = stream.set_read_timeout(Some(second)).and_then(|()| stream.set_write_timeout(Some(second)));
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    if prepared.and_then(|()| stream.write_all(request.as_bytes())).is_err() {
        return false;
    }
    let mut status = [0_u8; 12];
    stream.read_exact(&mut status).is_ok() && status.ends_with(b" 200")
}
