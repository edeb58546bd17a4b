//! HCC-05: what browsers bring add-ons.

use roomglass_protocol::{RoomId, RoomRef, Timestamp};
use roomglass_storage::{HANDOVER_LIFETIME_MS, Handover, OauthId, TokenHash};

use crate::support::*;

pub async fn a_handover_is_read_once(database: Database) {
    let world = World::open(&database).await;
    let handover = Handover {
        integration: key("builds"),
        installation: OauthId("first".into()),
        place: RoomId(7).into(),
        onward: Some("https://example.com/next?a=1".to_owned()),
    };
    let [one, late] = [TokenHash::of("one"), TokenHash::of("late")];
    let put = async |token: &TokenHash, handover: &Handover, at: Timestamp| {
        let (token, handover) = (token.clone(), handover.clone());
        stored!(world, |tx| tx.put_handover(&token, handover, at)).unwrap();
    };
    let take = async |token: &TokenHash, at: Timestamp| {
        let token = token.clone();
        stored!(world, |tx| tx.take_handover(&token, at)).unwrap()
    };
    put(&one, &handover, NOW).await;
    let global = Handover { place: RoomRef::Global, onward: None, ..handover.clone() };
    put(&late, &global, NOW).await;
    let over = Timestamp(NOW.0 + HANDOVER_LIFETIME_MS);
    assert_eq!(world.read().await.onward(&one, NOW).await.unwrap(), handover.onward);
    assert_eq!(take(&one, NOW).await, Some(handover.clone()));
    assert_eq!(take(&one, NOW).await, None);
    assert_eq!(world.read().await.onward(&one, NOW).await.unwrap(), handover.onward, "the browser still goes on");
    assert_eq!(world.read().await.onward(&late, NOW).await.unwrap(), None);
    assert_eq!(take(&late, over).await, None, "too late");
    assert_eq!(world.read().await.onward(&one, over).await.unwrap(), None);
    assert_eq!(take(&TokenHash::of("unknown"), NOW).await, None);
}
