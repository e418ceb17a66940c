//! A PostgreSQL of our own: in a temporary folder, on a socket there, shared by the tests of one process, and gone
//! with it whatever happens (its keeper ends when our end of a pipe closes).

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// PostgreSQL will not run as root; then it runs as the user that its package made.
const KEEPER: &str = r#"
set -e
as=""
if [ "$(id -u)" = 0 ]; then
    chown postgres "$DIR"
    as="runuser -u postgres --"
fi
cd "$DIR"
$as "$BIN/initdb" --pgdata="$DIR/data" --username=postgres --auth=trust --no-sync --encoding=UTF8 --locale=C >"$DIR/log" 2>&1
$as "$BIN/pg_ctl" --pgdata="$DIR/data" --log="$DIR/server.log" --wait \
    --options="-c listen_addresses='' -c unix_socket_directories='$DIR' -c fsync=$FSYNC -c max_connections=400" start >>"$DIR/log" 2>&1
echo ready
cat >/dev/null
$as "$BIN/pg_ctl" --pgdata="$DIR/data" --mode=immediate stop >/dev/null 2>&1 || true
rm -rf "$DIR"
"#;

struct Cluster {
    folder: PathBuf,
    binaries: PathBuf,
    /// Holds the pipe open; never waited for.
    _keeper: Child,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
pub(crate) fn database() -> String {
    CLUSTER.get_or_init(|| start("off")).database()
}

/// A PostgreSQL that waits for the disk, as one does that people rely on.
pub struct DurablePostgres(Cluster);

impl DurablePostgres {
    #[must_use]
    pub fn start() -> Self {
        Self(start("on"))
    }

    /// The address of a new, empty database.
    #[must_use]
    pub fn database(&self) -> String {
        self.0.database()
    }

    /// One of PostgreSQL's own programs.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.0.binaries.join(name)
    }
}

impl Cluster {
    fn database(&self) -> String {
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.binaries.join("createdb"))
            .arg("--host")
            .arg(&self.folder)
            .args(["--username=postgres", &name])
            .status()
            .expect("createdb runs");
        assert!(made.success(), "createdb {name}");
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@localhost/{name}?host={host}")
    }
}

fn start(fsync: &str) -> Cluster {
    use std::io::BufRead as _;
    let binaries = binaries().expect("PostgreSQL is installed, or CALLPOINT_PG_BIN names its programs' folder");
    let folder = tempfile::Builder::new().prefix("callpoint-pg-").tempdir().unwrap().keep();
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER])
        .env("DIR", &folder)
        .env("BIN", &binaries)
        .env("FSYNC", fsync)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sh runs");
    let mut line = String::new();
    std::io::BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert_eq!(line.trim(), "ready", "PostgreSQL did not start: {}", log());
    Cluster { folder, binaries, _keeper: keeper }
}

fn binaries() -> Option<PathBuf> {
    let has = |folder: &Path| folder.join("initdb").is_file() && folder.join("createdb").is_file();
    let named = std::env::var_os("CALLPOINT_PG_BIN").map(PathBuf::from);
    let on_path =
        std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = packaged.map(|version| version.path().join("bin"));
    named.into_iter().chain(on_path).chain(packaged).find(|folder| has(folder))
}
