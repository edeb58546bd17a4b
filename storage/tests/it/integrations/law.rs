//! The token law: whatever is done, in whatever order, the stored tokens (Tables G and H) are those that protocol
//! computes from what is installed (DATA-09, TOK-10), and Tables B, C and F say what that is (INST-05, INST-07, INST-08,
//! INST-09); and a client that only ever applied what it was told agrees by its account token.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{
    OrderedMap,    IntegrationKey, Person, RoomRef,
    integration::Descriptor,
    sync::InstalledState,
    token::{AccountToken, IntegrationToken, RoomToken},
};
use roomglass_storage::{Change, StorageError};

use crate::support::*;

const SEEDS: [u64; 3] = [1, 2, 3];
const STEPS: usize = 60;
const KEYS: [&str; 4] = ["builds", "news", "polls", "weather"];

/// Random enough for choosing, the same for every run (SplitMix64).
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn version(&mut self) -> Descriptor {
        let key = KEYS[self.below(KEYS.len())];
        descriptor(key, &["one", "two", "three"][..self.below(4)])
    }

    fn some_of(&mut self, places: &[RoomRef]) -> Vec<RoomRef> {
        places.iter().copied().filter(|_| self.below(3) == 0).collect()
    }
}

/// What should be installed where, kept by the test alone.
#[derive(Default)]
struct Model {
    versions: BTreeMap<IntegrationKey, Descriptor>,
    places: BTreeMap<IntegrationKey, BTreeSet<RoomRef>>,
}

impl Model {
    fn room_token(&self, place: RoomRef) -> RoomToken {
        let here = self.places.iter().filter(|(_, places)| places.contains(&place));
        let versions: Vec<_> = here.map(|(key, _)| (key, self.token(key))).collect();
        RoomToken::of(versions)
    }

    fn token(&self, key: &IntegrationKey) -> IntegrationToken {
        IntegrationToken::of(key, &self.versions[key].extensions)
    }

    fn remove(&mut self, key: &IntegrationKey, places: &[RoomRef]) {
        if let Some(left) = self.places.get_mut(key) {
            left.retain(|place| !places.contains(place));
        }
        self.places.retain(|_, left| !left.is_empty());
    }
}

pub async fn whatever_happens_tokens_are_those_of_protocol(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let mut places = vec![RoomRef::Global];
    for name in ["one", "two", "three", "four"] {
        places.push(world.room(&ada, name).await.into());
    }
    for seed in SEEDS {
        follow(&mut world, &ada, &places, seed).await;
    }
}

async fn follow(world: &mut World, ada: &Person, places: &[RoomRef], seed: u64) {
    let (mut choices, mut model) = (Choices(seed), Model::default());
    let mut client = InstalledState::default();
    client.retain_rooms(&places.iter().copied().collect());
    world.changes();
    for step in 0..STEPS {
        act(world, ada, places, &mut choices, &mut model).await;
        tell(world, &mut client);
        let mut reader = world.read().await;
        let stored = reader.room_tokens_of(ada.id).await.unwrap();
        let expected: OrderedMap<_, _> = places.iter().map(|place| (*place, model.room_token(*place))).collect();
        assert_eq!(stored, expected, "Table H, seed {seed}, step {step}");
        for (key, there) in &model.places {
            let integration = reader.integration(key).await.unwrap().unwrap();
            assert_eq!(integration.token, model.token(key), "Table G, seed {seed}, step {step}");
            assert_eq!(reader.places_of(key).await.unwrap(), Vec::from_iter(there.iter().copied()), "Table F");
            let extensions = reader.extensions_of(std::slice::from_ref(key)).await.unwrap();
            let extensions = extensions.get(key).cloned().unwrap_or_default();
            assert_eq!(IntegrationToken::of(key, &extensions), integration.token, "Table C");
        }
        assert_eq!(client.account_token(), AccountToken::of(stored), "the client, seed {seed}, step {step}");
    }
    for key in model.places.into_keys() {
        stored!(world, |tx| tx.delete_integration(&key, None, NOW)).unwrap();
    }
}

async fn act(world: &World, ada: &Person, places: &[RoomRef], choices: &mut Choices, model: &mut Model) {
    let (version, by) = (choices.version(), ada.id);
    let key = version.key.clone();
    let known = model.places.contains_key(&key);
    match choices.below(5) {
        0 | 1 => {
            let mut wanted = choices.some_of(places);
            wanted.retain(|place| !model.places.get(&key).is_some_and(|there| there.contains(place)));
            if wanted.is_empty() {
                return;
            }
            world.installs(ada, &version, &wanted).await;
            model.places.entry(key.clone()).or_default().extend(wanted);
            model.versions.insert(key, version);
        }
        2 => {
            let update = version.clone();
            let updated = stored!(world, |tx| tx.update_descriptor(&update, NOW));
            assert_eq!(updated.is_ok(), known);
            model.versions.insert(key, version);
        }
        3 => {
            let unwanted = choices.some_of(places);
            model.remove(&key, &unwanted);
            // Refused when it is in none of them, which is then no change either.
            let _: Result<_, StorageError> = stored!(world, |tx| tx.uninstall(&key, &unwanted, by, NOW));
        }
        _ => {
            let place = places[choices.below(places.len())];
            let id = oauth_id(&key, place);
            if world.begins_installation(ada, &version, place, id.clone()).await.is_ok() {
                stored!(world, |tx| tx.abandon_installation(&id)).unwrap();
            }
        }
    }
}

/// Applies to a client what it is told, one change at a time as frames would bring them.
fn tell(world: &mut World, client: &mut InstalledState) {
    for (revision, change) in world.commits().into_iter().flatten() {
        if let Change::IntegrationsChanged { places, change } = change {
            let frame = places.into_iter().map(|place| (place, vec![change.clone()])).collect();
            client.apply(revision, true, &frame);
        }
    }
}
