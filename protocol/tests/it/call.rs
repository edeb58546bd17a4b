//! What may travel in calls (MSG-19).

use roomglass_protocol::{
    ErrorKind,
    call::{CallRequest, MAX_CANDIDATE_BYTES, MAX_DESCRIPTION_BYTES, MAX_STREAM_NAME_BYTES, ParticipantId, Signal},
    push::ClientFrame,
};

use crate::support::test;

fn offer(bytes: usize) -> Signal {
    Signal::Offer { sdp: "v".repeat(bytes) }
}

fn candidate(bytes: usize, name: usize) -> Signal {
    Signal::Candidate { candidate: "c".repeat(bytes), stream: Some("0".repeat(name)), line: Some(0) }
}

#[test]
fn signals_are_as_large_as_browsers_make_them_and_no_larger() {
    for fits in [
        offer(MAX_DESCRIPTION_BYTES),
        Signal::Answer { sdp: String::new() },
        candidate(MAX_CANDIDATE_BYTES, MAX_STREAM_NAME_BYTES),
    ] {
        assert_eq!(fits.check(), Ok(()));
    }
    for large in [
        offer(MAX_DESCRIPTION_BYTES + 1),
        Signal::Answer { sdp: "ü".repeat(MAX_DESCRIPTION_BYTES / 2 + 1) },
        candidate(MAX_CANDIDATE_BYTES + 1, 0),
        candidate(0, MAX_STREAM_NAME_BYTES + 1),
    ] {
        assert_eq!(large.check().map_err(|error| error.kind), Err(ErrorKind::TooLarge));
    }
}

/// Where people are is in signals; logs print frames.
#[test]
fn no_address_is_printed() {
    let signal = Signal::Candidate { candidate: "192.0.2.1".to_owned(), stream: None, line: None };
    let request = CallRequest::Signal { to: ParticipantId(1), signal };
    assert!(!format!("{:?}", ClientFrame::Call(request)).contains("192.0.2.1"));
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;
    use roomglass_protocol::{
        RoomId, UserId,
        call::{CallNews, CallTold, IceServer, MAX_PARTICIPANTS, Media, Participant},
        push::{MAX_CLIENT_FRAME_BYTES, ServerFrame},
    };

    use super::*;

    fn media() -> impl Strategy<Value = Media> {
        any::<(bool, bool)>().prop_map(|(audio, video)| Media { audio, video })
    }

    fn signal() -> impl Strategy<Value = Signal> {
        prop_oneof![
            "\\PC{0,200}".prop_map(|sdp| Signal::Offer { sdp }),
            "(\\PC|[\r\n\"\\\\]){0,200}".prop_map(|sdp| Signal::Answer { sdp }),
            ("\\PC{0,80}", proptest::option::of("\\PC{0,8}"), proptest::option::of(any::<u16>()))
                .prop_map(|(candidate, stream, line)| Signal::Candidate { candidate, stream, line }),
        ]
    }

    fn request() -> impl Strategy<Value = CallRequest> {
        prop_oneof![
            (any::<i64>(), media(), proptest::option::of(any::<u32>())).prop_map(|(room, media, former)| {
                CallRequest::Join { room_id: RoomId(room), media, instead_of: former.map(ParticipantId) }
            }),
            Just(CallRequest::Leave),
            media().prop_map(|media| CallRequest::Media { media }),
            (any::<u32>(), signal()).prop_map(|(to, signal)| CallRequest::Signal { to: ParticipantId(to), signal }),
            any::<i64>().prop_map(|room| CallRequest::Decline { room_id: RoomId(room) }),
        ]
    }

    fn told() -> impl Strategy<Value = CallTold> {
        let participant = (any::<u32>(), any::<i64>(), media()).prop_map(|(id, user, media)| Participant {
            id: ParticipantId(id),
            user_id: UserId(user),
            media,
        });
        let participants = proptest::collection::vec(participant, 0..=MAX_PARTICIPANTS);
        prop_oneof![
            (any::<i64>(), participants)
                .prop_map(|(room, participants)| CallTold::State { room_id: RoomId(room), participants }),
            (any::<i64>(), any::<u32>(), "\\PC{0,30}").prop_map(|(room, id, urls)| CallTold::Joined {
                room_id: RoomId(room),
                participant: ParticipantId(id),
                ice_servers: vec![IceServer { urls, username: None, credential: Some("c".to_owned()) }],
            }),
            (any::<u32>(), signal()).prop_map(|(from, signal)| CallTold::Signal { from: ParticipantId(from), signal }),
            any::<(i64, i64)>()
                .prop_map(|(room, user)| CallTold::Declined { room_id: RoomId(room), user_id: UserId(user) }),
        ]
    }

    proptest! {
        #[test]
        fn every_wish_arrives_as_it_was_meant(request in request()) {
            let frame: ClientFrame = serde_json::from_str(&request.frame()).unwrap();
            prop_assert_eq!(frame, ClientFrame::Call(request));
        }

        #[test]
        fn everything_told_arrives_as_it_was_meant(told in told()) {
            let text = serde_json::to_string(&ServerFrame::Call(CallNews::new(&told))).unwrap();
            let ServerFrame::Call(news) = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
            prop_assert_eq!(news.read().unwrap(), told);
        }

        /// JSON writes a line's end with two letters: what may be said fits into a frame, whatever browsers write.
        #[test]
        fn what_may_be_said_fits_into_a_frame(line in "[ -!#-\\[\\]-~]{1,100}") {
            let lines = MAX_DESCRIPTION_BYTES / (line.len() + 2);
            let signal = Signal::Offer { sdp: format!("{line}\r\n").repeat(lines) };
            prop_assert_eq!(signal.check(), Ok(()));
            let frame = CallRequest::Signal { to: ParticipantId(u32::MAX), signal }.frame();
            prop_assert!(frame.len() <= MAX_CLIENT_FRAME_BYTES, "{} bytes", frame.len());
        }
    }
}
