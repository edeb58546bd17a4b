//! The two databases, and everything in which they differ besides the spelling of migrations.

use sqlx::{AnyConnection, Connection as _, migrate::Migrator, raw_sql};

use crate::StorageError;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Before this, two connections at once can corrupt a database in WAL mode.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
const OLDEST_POSTGRES: u32 = 15;

/// WAL lets readers go on while the writer commits; FULL makes every commit wait for the disk, which is what an
/// acknowledgement promises. No `mmap_size`: an I/O error would then be a crash.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0";
const POSTGRES_SETTINGS: &str =
    "SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'";

/// Which database is behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Tells the engine from the address.
    pub(crate) fn of(url: &str) -> Result<Self, StorageError> {
        match url.split_once(':') {
            Some(("sqlite", rest)) if !rest.contains(":memory:") => Ok(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            _ => Err(StorageError::Unusable(
                "the database address must be sqlite:<path of a file> or postgres://<user>@<host>/<database>"
                    .to_owned(),
            )),
        }
    }

    /// The address with what the driver needs to be told.
    pub(crate) fn complete(self, url: &str) -> String {
        match self {
            Self::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
            Self::Sqlite | Self::Postgres => url.to_owned(),
        }
    }

    /// Prepares a new connection.
    pub(crate) async fn set_up(self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let settings = match self {
            Self::Sqlite => SQLITE_SETTINGS,
            Self::Postgres => POSTGRES_SETTINGS,
        };
        raw_sql(settings).execute(connection).await.map(drop)
    }

    /// Connects for writing.
    pub(crate) async fn connect(self, url: &str) -> Result<AnyConnection, StorageError> {
        let mut connection = AnyConnection::connect(url).await?;
        self.set_up(&mut connection).await?;
        Ok(connection)
    }

    /// Refuses versions with faults we know of.
    pub(crate) async fn check_version(self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        let statement = match self {
            Self::Sqlite => "SELECT sqlite_version()",
            Self::Postgres => "SELECT current_setting('server_version')",
        };
        let version: String = sqlx::query_scalar(statement).fetch_one(connection).await?;
        if self.accepts(&version) { Ok(()) } else { Err(StorageError::Unusable(self.too_old(&version))) }
    }

    fn accepts(self, version: &str) -> bool {
        let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map_while(|digits| digits.parse::<u32>().ok());
        let found: [u32; 3] = std::array::from_fn(|_| numbers.next().unwrap_or(0));
        match self {
            Self::Sqlite => found >= OLDEST_SQLITE,
            Self::Postgres => found[0] >= OLDEST_POSTGRES,
        }
    }

    fn too_old(self, version: &str) -> String {
        match self {
            Self::Sqlite => format!("SQLite {version} can corrupt its file; 3.51.3 or newer is needed"),
            Self::Postgres => format!("PostgreSQL {version} is too old; 15 or newer is needed"),
        }
    }

    /// Brings the tables up to date.
    pub(crate) async fn migrate(self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        let migrations = match self {
            Self::Sqlite => &SQLITE_MIGRATIONS,
            Self::Postgres => &POSTGRES_MIGRATIONS,
        };
        migrations.run(connection).await.map_err(|error| sqlx::Error::from(error).into())
    }

    /// Begins a transaction whose queries all see the same moment.
    pub(crate) fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Begins a transaction that will write. IMMEDIATE, because a later upgrade ignores the busy timeout.
    pub(crate) fn begin_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Reads the revision and keeps other nodes from writing until the commit: revisions are in commit order, looking
    /// before writing is safe, and two nodes cannot block each other.
    pub(crate) fn lock_revision(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT value FROM counters WHERE name = 'revision'",
            Self::Postgres => "SELECT value FROM counters WHERE name = 'revision' FOR UPDATE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_corrupt_are_refused() {
        for version in ["3.51.3", "3.51.10", "3.52.0", "4.0.0"] {
            assert!(Engine::Sqlite.accepts(version), "{version}");
        }
        for version in ["3.51.2", "3.46.0", "3.7.0", "2.8.17", ""] {
            assert!(!Engine::Sqlite.accepts(version), "{version}");
        }
        assert!(Engine::Postgres.accepts("15.14 (Debian 15.14-0+deb12u1)"));
        assert!(!Engine::Postgres.accepts("14.9"));
    }

    #[test]
    fn both_engines_have_the_same_migrations() {
        let names = |migrator: &'static Migrator| {
            migrator.iter().map(|migration| (migration.version, migration.description.as_ref())).collect::<Vec<_>>()
        };
        assert_eq!(names(&SQLITE_MIGRATIONS), names(&POSTGRES_MIGRATIONS));
        assert!(!names(&SQLITE_MIGRATIONS).is_empty());
    }

    #[tokio::test]
    async fn a_commit_of_sqlite_waits_for_the_disk() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let url = Engine::Sqlite.complete(&format!("sqlite:{}", folder.path().join("roomglass.db").display()));
        let mut connection = Engine::Sqlite.connect(&url).await.unwrap();
        Engine::Sqlite.check_version(&mut connection).await.expect("the SQLite we ship is new enough");
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connection).await.unwrap();
        assert_eq!(mode, "wal");
        let settings = [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1), ("PRAGMA mmap_size", 0)];
        for (setting, expected) in settings {
            let value: i64 = sqlx::query_scalar(setting).fetch_one(&mut connection).await.unwrap();
            assert_eq!(value, expected, "{setting}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        assert_eq!(Engine::of("sqlite:/tmp/a.db").ok(), Some(Engine::Sqlite));
        assert_eq!(Engine::of("postgres://a@b/c").ok(), Some(Engine::Postgres));
        for url in ["sqlite::memory:", "mysql://a@b/c", "/tmp/a.db", ""] {
            assert!(matches!(Engine::of(url), Err(StorageError::Unusable(_))), "{url}");
        }
    }
}
