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
    --options="-c listen_addresses='' -c unix_socket_directories='$DIR' -c fsync=off -c max_connections=400" start >>"$DIR/log" 2>&1
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
    let cluster = CLUSTER.get_or_init(start);
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let made = Command::new(cluster.binaries.join("createdb"))
        .arg("--host")
        .arg(&cluster.folder)
        .args(["--username=postgres", &name])
        .status()
        .expect("createdb runs");
    assert!(made.success(), "createdb {name}");
    let host = cluster.folder.display().to_string().replace('/', "%2F");
    format!("postgres://postgres@localhost/{name}?host={host}")
}

fn start() -> Cluster {
    use std::io::BufRead as _;
    let binaries = binaries().expect("PostgreSQL is installed, or CALLPOINT_PG_BIN names its programs' folder");
    let folder = tempfile::Builder::new().prefix("callpoint-pg-").tempdir().unwrap().keep();
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER])
        .env("DIR", &folder)
        .env("BIN", &binaries)
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
