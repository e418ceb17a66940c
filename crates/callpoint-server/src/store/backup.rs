//! A copy of a database that is in use: of one moment, checked, and never in the place of another file.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    str::FromStr as _,
};

use callpoint_core::model::id::Seq;
use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{DatabaseKind, StoreError, connection::DatabaseAddress, log::seq_of};

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Another backup has that name.
    #[error("{0} exists already, and a backup never overwrites a file: choose another name")]
    Exists(PathBuf),
    /// Another backup is being written there, or one was broken off.
    #[error("{0} is of a backup that still runs or was broken off: wait for it, or delete that file")]
    Unfinished(PathBuf),
    /// The file can't be written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The database can't be read, or its copy not written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The copy is not whole.
    #[error("the copy is damaged, and was deleted: {0}")]
    Damaged(String),
    /// PostgreSQL's own program does it; here is its command.
    #[error("PostgreSQL is backed up by its own program: {0}")]
    Postgres(String),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Copies the database at `address` into the new file `file`, while others read and write it. What was committed before
/// it began is in the copy, whose last event it returns. The database itself is left as it is, of whatever version.
///
/// # Errors
/// When there is such a file already, the database can't be read, or the copy not be written and read again.
pub async fn back_up(address: &str, file: &Path) -> Result<Seq, BackupError> {
    if DatabaseAddress::parse(address)?.kind == DatabaseKind::Postgres {
        return Err(BackupError::Postgres(dump_command(address, file)));
    }
    let exists = file.try_exists().map_err(|error| BackupError::File(file.to_owned(), error))?;
    if exists {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let part = UnfinishedFile::create(file)?;
    let last = copy(address, &part.0).await?;
    part.finish(file)?;
    Ok(last)
}

async fn copy(address: &str, to: &Path) -> Result<Seq, BackupError> {
    let named = |error: sqlx::Error| StoreError::Open { database: address.to_owned(), error: Box::new(error.into()) };
    let plain = address.split_once('?').map_or(address, |(plain, _)| plain);
    // Not for reading alone: such a connection leaves SQLite's files beside the database behind.
    let from = SqliteConnectOptions::from_str(plain)?.create_if_missing(false);
    let mut database = SqliteConnection::connect_with(&from).await.map_err(named)?;
    let name = to.to_string_lossy().into_owned();
    let done = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut database).await.map_err(named);
    database.close().await?;
    done?;

    let copied = SqliteConnectOptions::new().filename(to).read_only(true);
    let mut copied = SqliteConnection::connect_with(&copied).await?;
    let found: String = sqlx::query("PRAGMA integrity_check").fetch_one(&mut copied).await?.try_get(0)?;
    if found != "ok" {
        return Err(BackupError::Damaged(found));
    }
    let last = sqlx::query("SELECT seq FROM vendor WHERE id = 1").fetch_one(&mut copied).await?.try_get(0)?;
    copied.close().await?;
    Ok(seq_of(last))
}

/// What is being written, for its owner's eyes alone, under a name that nobody takes for a backup. Deleted unless it is
/// finished.
struct UnfinishedFile(PathBuf);

impl UnfinishedFile {
    fn create(file: &Path) -> Result<Self, BackupError> {
        let mut name = file.as_os_str().to_owned();
        name.push(".partial");
        let path = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(_) => Ok(Self(path)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(BackupError::Unfinished(path)),
            Err(error) => Err(BackupError::File(path, error)),
        }
    }

    /// Makes it durable, which `VACUUM INTO` does not, and gives it its name.
    fn finish(self, file: &Path) -> Result<(), BackupError> {
        let named = |error| BackupError::File(file.to_owned(), error);
        File::open(&self.0).and_then(|part| part.sync_all()).map_err(named)?;
        fs::rename(&self.0, file).map_err(named)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        #[cfg(unix)]
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(named)?;
        Ok(())
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        // After a rename it is not there any more.
        drop(fs::remove_file(&self.0));
    }
}

/// What to type for a backup of PostgreSQL. The password is left out: what is printed may be kept.
fn dump_command(address: &str, file: &Path) -> String {
    let (file, address) = (quoted(&file.to_string_lossy()), quoted(&for_libpq(address)));
    format!("pg_dump --format=custom --file={file} --dbname={address}")
}

/// The address without its password, and without what only our driver knows.
fn for_libpq(address: &str) -> String {
    let (place, query) = address.split_once('?').unwrap_or((address, ""));
    let (scheme, rest) = place.split_once("://").unwrap_or(("postgres", place));
    let (authority, name) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = user.split(':').next().filter(|user| !user.is_empty()).map(|user| format!("{user}@"));
    let ours = ["password=", "statement-cache-capacity="];
    let query: Vec<&str> = query.split('&').filter(|pair| !ours.iter().any(|name| pair.starts_with(name))).collect();
    let query = Some(query.join("&")).filter(|query| !query.is_empty()).map(|query| format!("?{query}"));
    format!("{scheme}://{}{host}/{name}{}", user.unwrap_or_default(), query.unwrap_or_default())
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_for_postgres_is_one_line_of_a_shell_without_a_password() {
        let command = |address| dump_command(address, Path::new("it's.dump"));
        let of = |address: &str| format!(r"pg_dump --format=custom --file='it'\''s.dump' --dbname='{address}'");
        for (address, said) in [
            ("postgres://ada:se:cr@t@db.example:5433/callpoint", "postgres://ada@db.example:5433/callpoint"),
            ("postgresql://db.example/callpoint?sslmode=disable", "postgresql://db.example/callpoint?sslmode=disable"),
            ("postgres:///x?password=secret&host=%2Frun&statement-cache-capacity=9", "postgres:///x?host=%2Frun"),
        ] {
            assert_eq!(command(address), of(said));
        }
    }
}
