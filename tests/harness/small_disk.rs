//! A place for a database that runs out of room when a test says so: a real file system of a few megabytes, or the
//! operating system's limit on the size of files. Each scenario runs in a process of its own, since a limit holds for
//! a whole process and a mount must go when its test goes.

use std::{
    fs::{self, File, OpenOptions},
    future::Future,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Names the test that the child process runs.
const INSIDE: &str = "CALLPOINT_TEST_APART";

/// What ends the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A mounted file system of 24 MB; writing to a full one gives `ENOSPC`.
    FileSystem,
    /// `RLIMIT_FSIZE`; writing past it gives `EFBIG`, an I/O error like any other to SQLite.
    FileSize,
}

/// A folder on it.
pub struct SmallDisk {
    pub folder: PathBuf,
    limit: Limit,
}

/// Runs `scenario` in a process of its own, which runs the test `name` again. Where mounting is not permitted, the
/// limit on file sizes takes the file system's place.
pub fn on_small_disk<F: Future<Output = ()>>(name: &str, limit: Limit, scenario: impl FnOnce(SmallDisk) -> F) {
    if std::env::var(INSIDE).is_ok_and(|inside| inside.starts_with(name)) {
        let folder = tempfile::tempdir().unwrap();
        let limit = if mounts_here() { Limit::FileSystem } else { Limit::FileSize };
        let disk = SmallDisk { folder: folder.path().to_owned(), limit };
        if limit == Limit::FileSystem {
            let mut mount = Command::new("mount");
            assert!(
                mount.args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(&disk.folder).status().unwrap().success()
            );
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        return runtime.block_on(scenario(disk));
    }
    let program = std::env::current_exe().unwrap();
    let namespace = (limit == Limit::FileSystem).then(mount_namespace).flatten();
    if limit == Limit::FileSystem && namespace.is_none() {
        eprintln!("{name}: mounting is not permitted here; the limit on file sizes takes its place");
    }
    let mut child = match namespace {
        Some(flags) => {
            let mut child = Command::new("unshare");
            child.args(flags).arg(program).env(INSIDE, format!("{name} mounted"));
            child
        }
        None => {
            let mut child = Command::new(program);
            child.env(INSIDE, name);
            child
        }
    };
    let done = child.args(["--exact", name, "--nocapture"]).output().unwrap();
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(done.status.success() && said.contains("1 passed"), "{}\n{said}", done.status);
    said.lines().filter(|line| line.starts_with("| ")).for_each(crate::print_row);
}

fn mounts_here() -> bool {
    std::env::var(INSIDE).is_ok_and(|inside| inside.ends_with(" mounted"))
}

/// How a process gets a mount table of its own here, if it can mount anything in it.
fn mount_namespace() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let folder = tempfile::tempdir().unwrap();
    let mounts = |flags: &&&[&str]| {
        let mut probe = Command::new("unshare");
        probe.args(**flags).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(folder.path());
        probe.output().is_ok_and(|done| done.status.success())
    };
    WAYS.iter().find(mounts).copied()
}

impl SmallDisk {
    /// The address of the database on it.
    pub fn database(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    fn file(&self) -> PathBuf {
        self.folder.join("callpoint.db")
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// From here on nothing more fits.
    pub fn fill(&self) {
        match self.limit {
            Limit::FileSystem => {
                let mut ballast = OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
                for size in [1 << 20, 1 << 12, 1] {
                    let block = vec![0_u8; size];
                    while ballast.write_all(&block).is_ok() {}
                }
            }
            Limit::FileSize => limit_files(Some(length(&self.file().with_extension("db-wal")))),
        }
    }

    /// Ends what [`SmallDisk::fill`] began.
    pub fn make_room(&self) {
        match self.limit {
            Limit::FileSystem => fs::remove_file(self.ballast()).unwrap(),
            Limit::FileSize => limit_files(None),
        }
    }
}

fn length(file: &Path) -> u64 {
    File::open(file).unwrap().metadata().unwrap().len()
}

fn limit_files(current: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: current.or(maximum), maximum }).unwrap();
}
