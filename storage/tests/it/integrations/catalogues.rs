//! MKT-03: catalogues of other servers.

use roomglass_protocol::{Timestamp, rest::catalogue::Entry};
use roomglass_storage::{CatalogueAnswer, CatalogueState};

use super::entry;
use crate::support::*;

const FIRST: &str = "https://a.example.com/v2/catalogue";
const SECOND: &str = "https://b.example.com/v2/catalogue";

fn answer(version: &str, entries: &[Entry]) -> CatalogueAnswer {
    let (etag, version) = (Some(format!("\"{version}\"")), version.to_owned());
    CatalogueAnswer { etag, version, entries: entries.to_vec(), unused: 3 }
}

pub async fn catalogues_of_other_servers_are_searched_too(database: Database) {
    let world = World::open(&database).await;
    let local = entry("com.example.ci", "Builds", "Shows jobs");
    stored!(world, |tx| tx.put_catalogue_entry(&local, NOW)).unwrap();
    let put = async |url: &'static str, answer: CatalogueAnswer| {
        stored!(world, |tx| tx.put_remote_catalogue(url, answer, NOW)).unwrap();
    };
    let mut weather = entry("com.example.wx", "Weather", "Sun and rain");
    weather.categories = vec!["Outdoors".to_owned()];
    weather.catalogue = Some("https://liar.example.com".to_owned());
    let usurper = entry("com.example.ci", "Better builds", "Shows jobs");
    put(FIRST, answer("1", &[weather.clone(), usurper.clone(), entry("com.example.wx", "Twice", "")])).await;
    put(SECOND, answer("1", &[entry("com.example.wx", "Other weather", ""), usurper])).await;

    let find = async |query: &str| {
        let found = world.read().await.search_catalogue(query).await.unwrap();
        found.into_iter().map(|entry| (entry.name, entry.catalogue)).collect::<Vec<_>>()
    };
    let here = ("Builds".to_owned(), None);
    let there = ("Weather".to_owned(), Some(FIRST.to_owned()));
    assert_eq!(find("").await, [here.clone(), there.clone()], "what is listed here counts, then the first address");
    let listed = world.read().await.listed_here().await.unwrap();
    assert_eq!(listed.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["Builds"], "not what others list");
    assert_eq!(find("OUTDOORS rain").await, std::slice::from_ref(&there));
    assert_eq!(find("better").await, []);
    let mut reader = world.read().await;
    let found = reader.remote_entry(&weather.key).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.catalogue.as_deref()), ("Weather", Some(FIRST)));
    let state = CatalogueState { url: FIRST.to_owned(), etag: Some("\"1\"".to_owned()), version: "1".to_owned() };
    assert_eq!(reader.catalogue_state(FIRST).await.unwrap(), Some(state));
    assert_eq!(reader.catalogue_state("https://c.example.com").await.unwrap(), None);
    let all = reader.remote_catalogues().await.unwrap();
    assert_eq!(all.iter().map(|it| (it.url.as_str(), it.entries, it.unused)).collect::<Vec<_>>(), [(FIRST, 2, 3), (SECOND, 2, 3)]);
    drop(reader);

    put(FIRST, answer("2", &[])).await;
    assert_eq!(find("weather").await[0].0, "Other weather", "what it lists no more is gone");
    let later = Timestamp(NOW.0 + MINUTE_MS);
    let problem = Some("it did not answer".to_owned());
    stored!(world, |tx| tx.note_remote_catalogue(SECOND, problem, later)).unwrap();
    assert_eq!(world.read().await.catalogues_to_check(NOW).await.unwrap(), [FIRST]);
    let second = world.read().await.remote_catalogues().await.unwrap().remove(1);
    assert_eq!((second.entries, second.checked_at, second.problem.as_deref()), (2, later, Some("it did not answer")));
    assert!(stored!(world, |tx| tx.remove_remote_catalogue(SECOND)).unwrap());
    assert!(!stored!(world, |tx| tx.remove_remote_catalogue(SECOND)).unwrap());
    assert_eq!(find("").await, [here]);
}
