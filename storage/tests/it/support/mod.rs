//! Databases to test on, and the words tests are written in.

/// Writes: `stored!(world, |tx| tx.leave_room(room, user, NOW))`.
macro_rules! stored {
    ($world:expr, |$tx:ident| $write:expr) => {
        $world.storage.write(move |$tx| Box::pin(async move { $write.await })).await
    };
}

mod postgres;
mod world;

use std::{future::Future, pin::Pin};

pub use postgres::Postgres;
pub use world::*;

/// A database that exists for one case.
#[derive(Clone)]
pub struct Database {
    /// Its address.
    pub url: String,
}

/// A case of the suite.
pub type Case = fn(Database) -> Pin<Box<dyn Future<Output = ()>>>;

/// Lists the cases by module and makes of each a test on SQLite, and of all together one on PostgreSQL: the runner
/// gives every test a process of its own, and a PostgreSQL for each would take longer than the whole suite.
macro_rules! conformance {
    ($($module:ident: { $($case:ident),+ $(,)? })+) => {
        $(mod $module;)+

        mod on_sqlite {
            $(mod $module {
                $(#[test]
                fn $case() {
                    crate::support::on_sqlite(|database| Box::pin(crate::$module::$case(database)));
                })+
            })+
        }

        #[test]
        fn on_postgres() {
            crate::support::on_postgres(&[
                $($((
                    concat!(stringify!($module), "::", stringify!($case)),
                    |database| Box::pin(crate::$module::$case(database)),
                ),)+)+
            ]);
        }
    };
}

pub fn on_sqlite(case: Case) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("roomglass.db").display());
    block_on(case(Database { url }));
}

pub fn on_postgres(cases: &[(&str, Case)]) {
    let server = Postgres::start();
    for (number, (name, case)) in cases.iter().enumerate() {
        println!("on PostgreSQL: {name}");
        let database = format!("case{number}");
        block_on(async {
            let url = server.create_database(&database).await;
            case(Database { url }).await;
        });
    }
}

/// Two threads, so that writers and readers really meet.
pub fn block_on(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(future);
}
