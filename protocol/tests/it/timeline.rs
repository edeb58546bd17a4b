//! The loaded part of a log, and the outbox.

use roomglass_protocol::{
    Event, EventBody, Sequence, Timestamp,
    rest::message::Sent,
    state::{Timeline, TimelineEntry},
};

use crate::support::{ALANA, EMMA, event, message, message_id, test};

fn loaded(range: std::ops::RangeInclusive<i64>) -> Timeline {
    let mut timeline = Timeline::default();
    assert_eq!(timeline.insert(range.map(event)), None);
    timeline
}

fn positions(timeline: &Timeline) -> Vec<i64> {
    timeline.events().iter().map(|event| event.seq.0).collect()
}

#[test]
fn an_empty_timeline_begins_where_it_is_told_to() {
    let timeline = loaded(5..=7);
    assert_eq!((timeline.oldest(), timeline.newest(), timeline.older), (Sequence(5), Sequence(7), true));
    assert!(!loaded(1..=2).older);
    assert_eq!(Timeline::default().newest(), Sequence::START);
}

#[test]
fn entries_that_would_leave_a_gap_are_refused() {
    let mut timeline = loaded(5..=7);
    assert_eq!(timeline.insert([event(10), event(9)]), Some(Sequence(7)));
    assert_eq!(positions(&timeline), [5, 6, 7]);
    assert_eq!(timeline.insert([event(10), event(8), event(9), event(8)]), None);
    assert_eq!(positions(&timeline), [5, 6, 7, 8, 9, 10]);
    // Part of a batch joins: that part is taken.
    assert_eq!(timeline.insert([event(11), event(13)]), Some(Sequence(11)));
    assert_eq!(timeline.newest(), Sequence(11));
}

#[test]
fn older_entries_are_taken_only_if_they_join() {
    let mut timeline = loaded(5..=7);
    timeline.prepend(vec![event(2), event(3)], true);
    assert_eq!(positions(&timeline), [5, 6, 7]);
    timeline.prepend(vec![event(2), event(4)], true);
    assert_eq!(positions(&timeline), [5, 6, 7]);
    timeline.prepend(vec![event(3), event(4)], true);
    assert_eq!((positions(&timeline), timeline.older), (vec![3, 4, 5, 6, 7], true));
    assert_eq!(timeline.insert([event(1), event(2)]), None);
    assert_eq!((positions(&timeline), timeline.older), (vec![1, 2, 3, 4, 5, 6, 7], false));
    timeline.prepend(Vec::new(), false);
    assert_eq!(timeline.oldest(), Sequence(1));
}

#[test]
fn a_message_goes_from_pending_to_stored_without_a_double() {
    let mut timeline = loaded(1..=1);
    timeline.send(message(2, EMMA, "Hello"));
    timeline.send(message(2, EMMA, "Hello"));
    assert_eq!(timeline.entries().count(), 2);
    assert!(matches!(timeline.entries().last(), Some(TimelineEntry::Pending(_))));

    timeline.acknowledge(&Sent { id: message_id(2), seq: Sequence(2), sent_at: Timestamp(5) });
    assert_eq!(timeline.pending()[0].message.sent_at, Timestamp(5), "still drawn");
    timeline.insert([event(2)]);
    assert_eq!((timeline.pending().len(), timeline.events().len()), (0, 2));

    timeline.send(message(2, EMMA, "Hello"));
    assert_eq!(timeline.pending().len(), 0, "it is stored already");
}

#[test]
fn the_event_may_come_before_the_acknowledgement() {
    let mut timeline = loaded(1..=1);
    timeline.send(message(2, EMMA, "Hello"));
    timeline.insert([event(2)]);
    timeline.acknowledge(&Sent { id: message_id(2), seq: Sequence(2), sent_at: Timestamp(5) });
    timeline.fail(message_id(2), "too late".to_owned());
    assert_eq!(timeline.entries().count(), 2);
}

#[test]
fn a_failed_message_waits_for_a_decision() {
    let mut timeline = Timeline::default();
    timeline.send(message(1, EMMA, "one"));
    timeline.send(message(2, EMMA, "two"));
    assert!(timeline.retry(message_id(1)).is_none(), "it has not failed");
    timeline.discard(message_id(1));
    assert_eq!(timeline.pending().len(), 2, "only failed messages can be discarded");

    timeline.fail(message_id(1), "Not a member.".to_owned());
    assert_eq!(timeline.pending()[0].failure.as_deref(), Some("Not a member."));
    assert!(timeline.retry(message_id(1)).is_some_and(|pending| pending.failure.is_none()));
    timeline.fail(message_id(1), "Not a member.".to_owned());
    timeline.discard(message_id(1));
    assert_eq!(timeline.pending().len(), 1);
}

#[test]
fn messages_continue_within_five_minutes() {
    let at = |from, minutes: i64| {
        let mut message = message(1, from, "x");
        message.sent_at = Timestamp(minutes * 60_000);
        message
    };
    assert!(Timeline::continues(&at(EMMA, 0), &at(EMMA, 4)));
    assert!(!Timeline::continues(&at(EMMA, 0), &at(EMMA, 5)));
    assert!(!Timeline::continues(&at(EMMA, 0), &at(ALANA, 1)));
    assert!(!Timeline::continues(&at(EMMA, 1), &at(EMMA, 0)));
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// In whatever order and pieces entries arrive, with repairs where the timeline asks for them, the result is
        /// the log.
        #[test]
        fn every_order_leads_to_the_log(order in Just((1..=20_i64).collect::<Vec<_>>()).prop_shuffle(), size in 1..6_usize) {
            let mut timeline = loaded(1..=1);
            let mut behind = None;
            for piece in order.chunks(size) {
                behind = timeline.insert(piece.iter().copied().map(event)).or(behind);
                prop_assert!(positions(&timeline).windows(2).all(|pair| pair[0] + 1 == pair[1]));
            }
            if let Some(Sequence(_)) = behind {
                timeline.insert((timeline.newest().0 + 1..=20).map(event));
            }
            prop_assert_eq!(timeline, loaded(1..=20));
        }

        #[test]
        fn inserting_again_changes_nothing(range in (1..10_i64, 0..10_i64), again in prop::collection::vec(1..20_i64, 0..10)) {
            let mut timeline = loaded(range.0..=range.0 + range.1);
            let before = timeline.clone();
            timeline.insert(again.into_iter().filter(|seq| (range.0..=range.0 + range.1).contains(seq)).map(event));
            prop_assert_eq!(timeline, before);
        }
    }
}

/// Entry `seq`: entry `of` was deleted.
fn deletion(seq: i64, of: i64) -> Event {
    let message = event(of).message().unwrap().clone().into_tombstone();
    let entry = Box::new(Event { body: EventBody::Message(message), ..event(of) });
    Event { messages: seq - 1, body: EventBody::Deleted { by: EMMA, entry }, ..event(seq) }
}

/// What the server answers from then on.
fn after_deletion(range: std::ops::RangeInclusive<i64>, of: i64, at: i64) -> Vec<Event> {
    let EventBody::Deleted { entry, .. } = deletion(at, of).body else { unreachable!() };
    let as_it_is = |seq: i64| if seq == of { (*entry).clone() } else { event(seq) };
    range.map(|seq| if seq == at { deletion(at, of) } else { as_it_is(seq) }).collect()
}

#[test]
fn msg_21_a_deletion_takes_the_text_from_what_is_loaded() {
    let mut timeline = loaded(1..=4);
    assert!(timeline.events()[1].message().is_some_and(|message| message.text == "Hello"));
    assert_eq!(timeline.insert([deletion(5, 2)]), None);
    let message = timeline.events()[1].message().unwrap();
    assert_eq!((message.deleted, message.text.as_str(), message.id), (true, "", message_id(2)));
    assert_eq!(timeline.events(), after_deletion(1..=5, 2, 5));
    // One that is not loaded, or no message, leaves all as it is.
    let mut newer = loaded(4..=4);
    newer.insert([deletion(5, 2)]);
    assert_eq!((newer.events()[0].clone(), newer.events().len()), (event(4), 2));
}

#[test]
fn msg_21_an_older_page_asked_for_before_a_deletion_shows_nothing_of_it() {
    for prepended in [true, false] {
        let mut timeline = loaded(4..=4);
        timeline.insert([deletion(5, 2)]);
        if prepended {
            timeline.prepend((1..=3).map(event).collect(), false);
        } else {
            timeline.insert((1..=3).map(event));
        }
        assert_eq!(timeline.events(), after_deletion(1..=5, 2, 5), "{prepended}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// In whatever pieces and order a log arrives, old copies among them, it ends as the server has it.
        #[test]
        fn deletions_and_pages_meet_in_any_order(of in 1_i64..8, begin in 1_i64..10, old in any::<bool>()) {
            let mut timeline = Timeline::default();
            timeline.insert((begin..=8).map(event).chain([deletion(9, of)]).filter(|event| event.seq.0 >= begin));
            if begin > 1 {
                let older = if old { (1..begin.min(9)).map(event).collect() } else { after_deletion(1..=begin - 1, of, 9) };
                timeline.prepend(older, false);
            }
            prop_assert_eq!(timeline.events(), after_deletion(1..=9, of, 9));
        }
    }
}
