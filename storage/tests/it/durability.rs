//! What was acknowledged survives the sudden end of the process (I1).

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use futures_util::future::join_all;
use roomglass_protocol::{RoomId, Sequence, rest::message::Query};

use crate::support::*;

/// Names the database to the process that will be killed.
const VICTIM: &str = "ROOMGLASS_TEST_VICTIM";
const ACKNOWLEDGED: usize = 300;
const WRITERS: u128 = 8;

#[test]
fn an_acknowledged_message_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("roomglass.db").display());
    let mut victim = Command::new(std::env::current_exe().unwrap());
    victim.args(["--exact", "durability::writes_until_it_is_killed", "--ignored", "--nocapture"]).env(VICTIM, &url);
    let mut victim = victim.stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    let acknowledgements = said.filter_map(|line| line.strip_prefix("stored ").map(acknowledgement));
    let acknowledged: Vec<(u128, i64)> = acknowledgements.take(ACKNOWLEDGED).collect();
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert_eq!(acknowledged.len(), ACKNOWLEDGED);

    block_on(async {
        let world = World::open(&Database { url }).await;
        let mut reader = world.read().await;
        let room = RoomId(1);
        for (number, seq) in acknowledged {
            let event = reader.message(room, message_id(number)).await.unwrap();
            assert_eq!(event.expect("lost").seq, Sequence(seq), "message {number}");
        }
        let stored = reader.room(room).await.unwrap().unwrap();
        let mut next = Sequence::START;
        while next < stored.seq {
            let query = Query { after: Some(next), limit: Some(200), ..Query::default() };
            for event in reader.events(room, query).await.unwrap().items {
                next = next.next();
                assert_eq!(event.seq, next, "I3: no gap");
            }
        }
    });
}

fn acknowledgement(line: &str) -> (u128, i64) {
    let (number, seq) = line.split_once(' ').unwrap();
    (number.parse().unwrap(), seq.parse().unwrap())
}

#[test]
#[ignore = "the victim of the test above"]
fn writes_until_it_is_killed() {
    let Ok(url) = std::env::var(VICTIM) else { return };
    block_on(async {
        let world = World::open(&Database { url }).await;
        let ada = world.person("ada").await;
        let room = world.room(&ada, "lounge").await;
        let (world, ada) = (&world, &ada);
        join_all((0..WRITERS).map(|writer| async move {
            for number in (writer..).step_by(WRITERS as usize) {
                let sent = world.says(ada, room, number).await.sent;
                println!("stored {number} {}", sent.seq);
            }
        }))
        .await;
    });
}
