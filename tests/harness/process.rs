//! A server in a process of its own, which can be killed, frozen and asked to end: the test program itself, started once
//! more. It ends with whoever started it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::SocketAddr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use callpoint_server::{
    clock::{CLOCK_FILE, Clock},
    config::Config,
    connect::prepare_tls,
    logging, run,
};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{SECRET, people::Person};

/// The test that a process of its own runs: see [`server_processes`](crate::server_processes).
const TEST: &str = "a_server_in_a_process_of_its_own";

/// Set in such a process.
const ASKED: &str = "CALLPOINT_TEST_SERVER";

/// What it says once it listens, before its address.
const LISTENING: &str = "listening on ";

/// Makes the program that this stands in one that [`ServerProcess`] can start.
#[macro_export]
macro_rules! server_processes {
    () => {
        #[test]
        fn a_server_in_a_process_of_its_own() {
            $crate::serve_if_asked();
        }
    };
}

/// A server that runs.
pub struct ServerProcess {
    child: Child,
    pub address: SocketAddr,
    /// Held open for as long as it is to run: it reads the one, and the test runner in it writes to the other.
    _pipes: (Option<ChildStdin>, BufReader<ChildStdout>),
}

impl ServerProcess {
    /// Starts one on this database, with more of its configuration by environment. It need not be ready yet.
    pub fn start(database: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", TEST, "--nocapture"]).env(ASKED, "1");
        command.env("CALLPOINT_DATABASE", database).env("CALLPOINT_CUSTOMERS_SECRET", SECRET);
        command.env("CALLPOINT_LIMITS_WRITES_PER_MINUTE", "100000").env("CALLPOINT_LOG_LEVEL", "error");
        command.envs(environment.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let lines = said.by_ref().lines().map(Result::unwrap);
        let mut found =
            lines.filter_map(|line| line.split_once(LISTENING).map(|(_, address)| address.parse().unwrap()));
        let address = found.next().expect("the server listens");
        drop(found);
        let _pipes = (child.stdin.take(), said);
        Self { child, address, _pipes }
    }

    /// Where it answers.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&self) {
        let anybody = Person::new(&self.origin(), None);
        while !anybody.is_ready().await {
            // It starts sooner with a processor to itself.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// It does nothing any more, and keeps all that it has.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// It goes on.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// It is gone in this moment.
    pub fn kill(self) {
        drop(self);
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(mut self) {
        self.signal(Signal::TERM);
        let ended = tokio::task::spawn_blocking(move || self.child.wait().unwrap()).await.unwrap();
        assert!(ended.success(), "{ended}");
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a server if this process was started to be one, and ends with it.
pub fn serve_if_asked() {
    if std::env::var_os(ASKED).is_none() {
        return;
    }
    std::thread::spawn(|| {
        drop(std::io::stdin().read(&mut [0]));
        std::process::abort();
    });
    prepare_tls();
    let served = tokio::runtime::Runtime::new().unwrap().block_on(serve());
    std::process::exit(i32::from(served.is_err()));
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::read(None, |name| std::env::var(name).ok(), None)?;
    logging::start(&config);
    if let Some(file) = std::env::var_os(CLOCK_FILE) {
        Clock::follow(&config.clock, file.as_ref());
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{LISTENING}{}", listener.local_addr()?)?;
    let mut asked = signal(SignalKind::terminate())?;
    let asked = async move {
        asked.recv().await;
    };
    run(listener, config, asked).await
}
