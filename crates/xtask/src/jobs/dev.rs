//! `cargo xtask dev`: change a file, see it in the browser a few seconds later.
//!
//! The old server keeps running while the new one is built and when it doesn't compile. Pages reload by themselves:
//! those built here carry a small script, and the server adds it to the pages it writes when `CALLPOINT_DEV=1`.

use super::demo::{self, Open};
use super::server::{self, DEFAULT_PORT, Server};
use crate::web::{self, WebBuild};
use crate::{paths, shell};
use anyhow::Result;
use notify::{EventKind, RecursiveMode, Watcher as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

const ENVIRONMENT: [(&str, &str); 1] = [("CALLPOINT_DEV", "1")];

/// Runs until Ctrl-C.
pub fn run(port: Option<u16>, open: Open) -> Result<()> {
    web::build(WebBuild::reloading())?;
    let binary = server::build()?;
    let port = server::free_port(port.unwrap_or(DEFAULT_PORT))?;
    server::stop_on_ctrl_c()?;
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            // The receiver is gone only when we are ending.
            drop(sender.send(event.paths));
        }
    })?;
    watcher.watch(&paths::root()?.join("crates"), RecursiveMode::Recursive)?;
    for folder in ["sdk", "hosted", "console", "demo", "types"] {
        watcher.watch(&paths::www()?.join(folder), RecursiveMode::Recursive)?;
    }
    let mut server = Some(Server::start(&binary, port, &ENVIRONMENT)?);
    demo::welcome(port, open);
    while !server::stopped() {
        let change = next_change(&changes);
        if change.web || change.server {
            match rebuild(change, &binary, port, &mut server) {
                Ok(()) => shell::note("up to date"),
                Err(error) => shell::note(&format!("{error:#}")),
            }
        }
    }
    Ok(())
}

/// What a group of changed files makes necessary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Change {
    web: bool,
    server: bool,
}

impl Change {
    fn add(&mut self, path: &Path) {
        let has = |name: &str| path.components().any(|part| part.as_os_str() == name);
        let watched = path.extension().is_some_and(|kind| {
            ["rs", "toml", "ts", "js", "css", "html", "svg", "sql"].iter().any(|known| kind == *known)
        });
        if !watched || has("node_modules") || has("target") || has("xtask") {
            return;
        }
        self.web |= !has("callpoint-server");
        self.server |= has("callpoint-server") || has("callpoint-core");
    }
}

/// Waits for a change, then until no more follow: editors write one save as several events.
fn next_change(changes: &Receiver<Vec<PathBuf>>) -> Change {
    let mut change = Change::default();
    let mut wait = Duration::from_millis(200);
    loop {
        match changes.recv_timeout(wait) {
            Ok(paths) => {
                paths.iter().for_each(|path| change.add(path));
                wait = Duration::from_millis(80);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return change,
        }
    }
}

fn rebuild(change: Change, binary: &Path, port: u16, server: &mut Option<Server>) -> Result<()> {
    if change.server {
        server::build()?;
        // The old one lets go of the port before the new one takes it.
        drop(server.take());
        *server = Some(Server::start(binary, port, &ENVIRONMENT)?);
    }
    // Last and always, since its stamp is what makes open pages reload.
    web::build(WebBuild::reloading())
}

#[cfg(test)]
mod tests {
    use super::Change;
    use std::path::Path;

    #[test]
    fn a_change_rebuilds_only_what_it_touches() {
        let after = |path: &str| {
            let mut change = Change::default();
            change.add(Path::new(path));
            (change.web, change.server)
        };
        assert_eq!(after("crates/callpoint-server/src/http/routes.rs"), (false, true));
        assert_eq!(after("crates/callpoint-server/migrations/1.sql"), (false, true));
        assert_eq!(after("crates/callpoint-core/src/rules/fold.rs"), (true, true));
        assert_eq!(after("crates/callpoint-widget/src/lib.rs"), (true, false));
        assert_eq!(after("www/demo/index.html"), (true, false));
        assert_eq!(after("www/sdk/internal/form.ts"), (true, false));
        assert_eq!(after("www/node_modules/x/index.js"), (false, false));
        assert_eq!(after("crates/callpoint-core/src/rules/.fold.rs.swp"), (false, false));
    }
}
