use roomglass_protocol::{ApiError, ErrorKind};

use super::*;

const ME: UserId = UserId(1);
const BOB: UserId = UserId(2);
const CY: UserId = UserId(3);
const ROOM: RoomId = RoomId(7);

fn participant(id: u32, user_id: UserId) -> Participant {
    Participant { id: ParticipantId(id), user_id, media: Media { audio: true, video: false } }
}

fn state(participants: &[Participant]) -> CallTold {
    CallTold::State { room_id: ROOM, participants: participants.to_vec() }
}

fn joined(id: u32) -> CallTold {
    CallTold::Joined { room_id: ROOM, participant: ParticipantId(id), ice_servers: Vec::new() }
}

/// In a call as participant 2, with Bob, who was there before.
fn with_bob() -> Calls {
    let mut calls = Calls { mine: Mine::Joining(ROOM), ..Calls::default() };
    assert_eq!(calls.hear(joined(2), ME), []);
    let steps = calls.hear(state(&[participant(1, BOB), participant(2, ME)]), ME);
    assert_eq!(steps, [Step::Meet { with: ParticipantId(1), offer: true }]);
    calls
}

#[test]
fn msg_19_whoever_comes_later_offers() {
    let mut calls = with_bob();
    let steps = calls.hear(state(&[participant(1, BOB), participant(2, ME), participant(3, CY)]), ME);
    assert_eq!(steps, [Step::Meet { with: ParticipantId(3), offer: false }], "Bob was met before");
    assert_eq!(calls.hear(state(&[participant(2, ME), participant(3, CY)]), ME), [Step::Part(ParticipantId(1))]);
    assert_eq!(calls.others(), [participant(3, CY)]);
}

#[test]
fn a_conversation_calls_everywhere_and_a_room_where_it_is_seen() {
    let mut calls = Calls::default();
    calls.hear(state(&[participant(1, BOB)]), ME);
    let offered = |calls: &Calls, in_view, conversation| calls.offered(ME, in_view, |_| conversation);
    let call = Offered { room: ROOM, people: vec![BOB], asked: false };
    assert_eq!(offered(&calls, None, true), Some(call.clone()));
    assert_eq!(offered(&calls, None, false), None);
    assert_eq!(offered(&calls, Some(ROOM), false), Some(call.clone()));

    calls.hear(CallTold::Declined { room_id: ROOM, user_id: ME }, ME);
    assert_eq!(offered(&calls, Some(ROOM), true), None, "declined in another tab");
    calls.ask(ROOM);
    assert_eq!(offered(&calls, None, false), Some(Offered { asked: true, ..call.clone() }), "but the person may ask");
    calls.decline(ROOM);
    calls.hear(state(&[]), ME);
    calls.hear(state(&[participant(1, BOB)]), ME);
    assert_eq!(offered(&calls, None, true), Some(call), "the next call rings again");
    calls.hear(state(&[participant(1, BOB), participant(2, ME)]), ME);
    assert_eq!(offered(&calls, None, true), None, "another tab is in it");
}

#[test]
fn whoever_leaves_is_not_asked_to_come_back() {
    let mut calls = with_bob();
    calls.leave();
    assert_eq!((calls.mine, calls.others()), (Mine::None, vec![]));
    calls.hear(state(&[participant(1, BOB)]), ME);
    assert_eq!(calls.offered(ME, Some(ROOM), |_| true), None);
}

#[test]
fn msg_19_whoever_hangs_up_in_one_tab_is_not_called_in_the_others() {
    let mut other_tab = Calls::default();
    other_tab.hear(state(&[participant(1, BOB), participant(2, ME)]), ME);
    other_tab.hear(state(&[participant(1, BOB)]), ME);
    assert_eq!(other_tab.offered(ME, Some(ROOM), |_| true), None);
    other_tab.hear(state(&[]), ME);
    other_tab.hear(state(&[participant(3, BOB)]), ME);
    assert!(other_tab.offered(ME, None, |_| true).is_some(), "the next call rings again");
}

#[test]
fn msg_19_what_was_declined_does_not_ring_again_when_the_connection_is_back() {
    let mut calls = Calls::default();
    calls.hear(state(&[participant(1, BOB)]), ME);
    calls.decline(ROOM);
    calls.disconnected();
    calls.hear(state(&[participant(1, BOB), participant(2, CY)]), ME);
    assert_eq!(calls.offered(ME, None, |_| true), None, "the same call");
    calls.disconnected();
    calls.hear(state(&[participant(3, BOB)]), ME);
    assert!(calls.offered(ME, None, |_| true).is_some(), "another call by now");
}

#[test]
fn a_lost_connection_ends_every_link_and_the_call_is_joined_again() {
    let mut calls = with_bob();
    assert_eq!(calls.disconnected(), [Step::Part(ParticipantId(1))]);
    assert_eq!((calls.mine, calls.room()), (Mine::Lost(ROOM), Some(ROOM)));
    calls.mine = Mine::Joining(ROOM);
    calls.disconnected();
    assert_eq!(
        calls.former,
        Some(ParticipantId(2)),
        "lost once more before it was joined: the place is still that one"
    );
    calls.mine = Mine::Joining(ROOM);
    calls.hear(joined(5), ME);
    assert_eq!(calls.former, None);
    let steps = calls.hear(state(&[participant(1, BOB), participant(5, ME)]), ME);
    assert_eq!(steps, [Step::Meet { with: ParticipantId(1), offer: true }]);
}

#[test]
fn who_leaves_after_the_connection_was_lost_comes_back_as_nobody_in_particular() {
    let mut calls = with_bob();
    calls.disconnected();
    calls.leave();
    assert_eq!((calls.mine, calls.former), (Mine::None, None));
}

#[test]
fn who_is_taken_out_of_the_room_is_out_of_the_call() {
    let mut calls = with_bob();
    assert_eq!(calls.hear(state(&[]), ME), [Step::End]);
    assert_eq!(calls.mine, Mine::None);
}

#[test]
fn a_full_call_says_so_and_can_be_tried_again() {
    let mut calls = Calls { mine: Mine::Joining(ROOM), ..Calls::default() };
    let full = ApiError::new(ErrorKind::Conflict, "The call is full.");
    assert_eq!(calls.hear(CallTold::Refused(full.clone()), ME), [Step::End]);
    assert_eq!(
        (calls.mine, calls.asked, calls.problem.as_deref()),
        (Mine::None, Some(ROOM), Some("The call is full."))
    );
    let mut calls = with_bob();
    assert_eq!(calls.hear(CallTold::Refused(full), ME), [], "a refused signal does not end a call");
}

#[test]
fn asking_for_another_call_does_not_end_the_one_that_is() {
    let mut calls = with_bob();
    calls.ask(RoomId(8));
    assert_eq!((calls.room(), calls.others()), (Some(ROOM), vec![participant(1, BOB)]));
    assert_eq!(calls.offered(ME, None, |_| false).map(|call| call.room), Some(RoomId(8)));
    calls.fail(RoomId(8), "You are offline.".to_owned());
    assert_eq!(calls.room(), Some(ROOM));
    calls.mine = Mine::Preparing(ROOM);
    calls.fail(RoomId(8), "You are offline.".to_owned());
    assert_eq!(calls.room(), Some(ROOM), "nor one that is about to be");
}

#[test]
fn those_who_decline_are_named_until_they_come_after_all() {
    let mut calls = with_bob();
    let declined = || CallTold::Declined { room_id: ROOM, user_id: CY };
    calls.hear(declined(), ME);
    calls.hear(declined(), ME);
    assert_eq!(calls.declined, [CY]);
    calls.hear(state(&[participant(1, BOB), participant(2, ME), participant(3, CY)]), ME);
    assert_eq!(calls.declined, []);
}

#[test]
fn msg_19_what_was_given_up_before_it_began_does_not_silence_the_next_call() {
    let mut calls = Calls::default();
    calls.ask(ROOM);
    calls.decline(ROOM);
    calls.hear(state(&[participant(1, BOB)]), ME);
    assert!(calls.offered(ME, None, |_| true).is_some(), "Bob calls: that is another call");
    calls.decline(ROOM);
    calls.hear(state(&[participant(1, BOB), participant(2, CY)]), ME);
    assert_eq!(calls.offered(ME, None, |_| true), None, "the same call goes on");
}

#[test]
fn msg_19_the_way_to_somebody_who_is_gone_is_forgotten() {
    let mut calls = with_bob();
    calls.leave();
    calls.set_link(ParticipantId(1), Link::Connected);
    calls.mine = Mine::Joining(ROOM);
    calls.hear(joined(2), ME);
    let steps = calls.hear(state(&[participant(1, BOB), participant(2, ME)]), ME);
    assert_eq!(steps, [Step::Meet { with: ParticipantId(1), offer: true }], "Bob is met anew");
}

#[test]
fn msg_19_whoever_is_let_in_too_late_goes_again() {
    assert_eq!(Calls::default().hear(joined(2), ME), [Step::Withdraw]);
}
