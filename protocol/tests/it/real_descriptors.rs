//! Descriptors of add-ons that were in use, from `tests/descriptors`: accepted as they are, and nothing of them is lost
//! (HCC-01, DESC-01).

use roomglass_protocol::{
    ExtensionKey, Fault,
    integration::{Descriptor, ExtensionKind, Target},
    token::IntegrationToken,
};
use serde_json::Value;

use crate::support::test;

/// A descriptor, and what somebody who reads it expects to see of it.
pub struct Real {
    pub name: &'static str,
    pub text: &'static str,
    tiles: &'static [&'static str],
    panels: &'static [&'static str],
    dialogs: &'static [&'static str],
    actions: &'static [&'static str],
    /// Their events; most have no key.
    hooks: &'static [&'static str],
    /// Pointers of what is odd about it.
    odd: &'static [&'static str],
}

const fn of(name: &'static str, text: &'static str) -> Real {
    Real { name, text, tiles: &[], panels: &[], dialogs: &[], actions: &[], hooks: &[], odd: &[] }
}

pub const REAL: [Real; 24] = [
    Real { ..of("ac-koa-fixture", include_str!("../descriptors/ac-koa-fixture.json")) },
    Real { hooks: &["room_message"], ..of("ack-vasco", include_str!("../descriptors/ack-vasco.json")) },
    Real {
        actions: &["myaddon-action-opendialog"],
        hooks: &["room_message"],
        odd: &[
            "/capabilities/action/0/target",
            "/capabilities/installable/unistalledUrl",
            "/capabilities/oauth2Provider",
        ],
        ..of("autotask", include_str!("../descriptors/autotask.json"))
    },
    Real {
        dialogs: &["codesnippet.dialog.add", "codesnippet.dialog.view"],
        actions: &["codesnippet.action.add"],
        odd: &["/capabilities/dialog/1/url"],
        ..of("code-snippets", include_str!("../descriptors/code-snippets.json"))
    },
    Real {
        tiles: &["myexample.glance"],
        panels: &["myexample.sidebar"],
        ..of("connect-express-modern", include_str!("../descriptors/connect-express-modern.json"))
    },
    Real {
        dialogs: &["dialog.dance_party"],
        actions: &["action.start_dance_party"],
        ..of("dance-party", include_str!("../descriptors/dance-party.json"))
    },
    Real {
        tiles: &["hipchat-deploybot-addon.glance"],
        panels: &["hipchat-deploybot-addon.skel-list"],
        dialogs: &["hipchat-deploybot-addon.deploy-dialog"],
        actions: &["hipchat-deploybot-addon.action"],
        hooks: &["room_message", "room_message", "room_notification", "room_notification"],
        odd: &["/capabilities/action/0/target"],
        ..of("deploybot", include_str!("../descriptors/deploybot.json"))
    },
    Real {
        tiles: &["down-time.glance"],
        hooks: &["room_message"],
        odd: &["/capabilities/glance/0/target", "/capabilities/webhook"],
        ..of("down-timer", include_str!("../descriptors/down-timer.json"))
    },
    Real { ..of("github-for-hipchat", include_str!("../descriptors/github-for-hipchat.json")) },
    Real {
        hooks: &["room_message"],
        odd: &["/capabilities/webhook"],
        ..of("hascode-blog-search", include_str!("../descriptors/hascode-blog-search.json"))
    },
    Real {
        dialogs: &["editor.dialog", "viewer.dialog"],
        actions: &["editor.open"],
        hooks: &["room_message"],
        odd: &["/capabilities/webhook"],
        ..of("hipchat-markdown", include_str!("../descriptors/hipchat-markdown.json"))
    },
    Real {
        hooks: &["room_message"],
        odd: &["/authentication", "/baseUrl", "/capabilities/webhook"],
        ..of("hipgif", include_str!("../descriptors/hipgif.json"))
    },
    Real { odd: &["/configurable"], ..of("lunchbunch", include_str!("../descriptors/lunchbunch.json")) },
    Real {
        tiles: &["nubot.glance"],
        panels: &["nubot.sidebar"],
        ..of("nubot-teamcity", include_str!("../descriptors/nubot-teamcity.json"))
    },
    Real { ..of("segment-io", include_str!("../descriptors/segment-io.json")) },
    Real {
        tiles: &["sentry-event-details-glance", "sentry-recent-events-glance"],
        panels: &["sentry.sidebar.event-details", "sentry.sidebar.recent-events"],
        dialogs: &["sentry-assign-dialog"],
        actions: &["message.sentry.event-details", "message.sentry.assign-event"],
        hooks: &["room_message"],
        ..of("sentry", include_str!("../descriptors/sentry.json"))
    },
    Real {
        tiles: &["sample.glance"],
        panels: &["sample.sidebar"],
        dialogs: &["sample.dialog"],
        actions: &["sample.action"],
        hooks: &["room_message"],
        ..of("serverless-boilerplate", include_str!("../descriptors/serverless-boilerplate.json"))
    },
    Real {
        tiles: &["glance.alpha", "glance.beta"],
        panels: &["sidebar.alpha", "sidebar.beta"],
        ..of("sns-cloudwatch-alarms", include_str!("../descriptors/sns-cloudwatch-alarms.json"))
    },
    Real { tiles: &["glance"], panels: &["songlist"], ..of("sonosbot", include_str!("../descriptors/sonosbot.json")) },
    Real {
        hooks: &["room_message"],
        odd: &["/capabilities/webhook"],
        ..of("stackoverflow-bot", include_str!("../descriptors/stackoverflow-bot.json"))
    },
    Real {
        tiles: &["sample.glance"],
        panels: &["sample.sidebar"],
        dialogs: &["sample.dialog"],
        actions: &["sample.action"],
        hooks: &["room_message"],
        odd: &["/capabilities/webhook"],
        ..of("table-tennis-rankings", include_str!("../descriptors/table-tennis-rankings.json"))
    },
    Real { hooks: &["room_message"], ..of("tournamentor", include_str!("../descriptors/tournamentor.json")) },
    Real { ..of("twitter-quotes", include_str!("../descriptors/twitter-quotes.json")) },
    Real {
        tiles: &["sample.glance"],
        panels: &["sample.sidebar"],
        dialogs: &["sample.dialog"],
        actions: &["sample.action"],
        hooks: &["room_message"],
        odd: &["/capabilities/webhook"],
        ..of("yet-another-survey", include_str!("../descriptors/yet-another-survey.json"))
    },
];

const SCOTTBOT: &str = include_str!("../descriptors/scottbot.json");

fn accepted(Real { name, text, .. }: &Real) -> (Descriptor, Vec<Fault>) {
    Descriptor::review(text.as_bytes()).unwrap_or_else(|faults| panic!("{name} is refused: {faults:?}"))
}

fn token(descriptor: &Descriptor) -> IntegrationToken {
    IntegrationToken::of(&descriptor.key, &descriptor.extensions)
}

#[test]
fn real_descriptors_add_what_they_declare() {
    // DESC-08, HCC-01: tiles, panels, dialogs, controls and webhooks, each with the key its author gave it.
    let texts = |keys: Vec<ExtensionKey>| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    for real in &REAL {
        let extensions = accepted(real).0.extensions;
        let opened_as = |wanted: fn(&Target) -> bool| {
            let keys = extensions.iter().into_iter().filter(|(kind, ..)| kind.is_known()).map(|(_, key, _)| key);
            let pages = keys.filter(|key| extensions.find(&ExtensionKind::GLANCE.into(), key).is_none());
            texts(pages.filter(|key| extensions.target(key).as_ref().is_some_and(wanted)).collect())
        };
        let name = real.name;
        assert_eq!(texts(extensions.glances().into_iter().map(|tile| tile.key).collect()), real.tiles, "{name}");
        assert_eq!(opened_as(|target| matches!(target, Target::WebPanel(_))), real.panels, "{name}");
        assert_eq!(opened_as(|target| matches!(target, Target::Dialog(_))), real.dialogs, "{name}");
        assert_eq!(texts(extensions.actions().into_iter().map(|action| action.key).collect()), real.actions, "{name}");
        let hooks: Vec<String> = extensions.webhooks().into_iter().map(|hook| hook.event).collect();
        assert_eq!(hooks, real.hooks, "{name}");
    }
}

#[test]
fn what_is_odd_about_them_is_told_and_tolerated() {
    // Decision 11.
    for real in &REAL {
        let pointers: Vec<String> = accepted(real).1.into_iter().map(|warning| warning.pointer).collect();
        assert_eq!(pointers, real.odd, "{}", real.name);
    }
}

#[test]
fn real_descriptors_are_accepted_and_their_normal_form_is_fixed() {
    for real in &REAL {
        let (descriptor, _) = accepted(real);
        let again = Descriptor::from_stored(&descriptor.document.to_string()).expect("its own document is accepted");
        assert_eq!(again, descriptor, "{}", real.name);
        assert_eq!(token(&again), token(&descriptor), "{}", real.name);
    }
}

#[test]
fn nothing_of_a_real_descriptor_is_lost() {
    // DESC-01: but for the members the normal form is about, the documents are equal.
    for real in &REAL {
        let mut before: Value = serde_json::from_str(real.text).unwrap();
        let mut after = accepted(real).0.document;
        for (kind, value) in before["capabilities"].as_object_mut().unwrap() {
            let list = match value.take() {
                Value::Object(single) if ExtensionKind::canonical(kind).is_known() => vec![Value::Object(single)],
                Value::Array(list) => list,
                other => {
                    *value = other;
                    continue;
                }
            };
            *value = list.into_iter().map(without_location).collect();
        }
        for list in after["capabilities"].as_object_mut().unwrap().values_mut().filter_map(Value::as_array_mut) {
            *list = list.drain(..).map(without_location).collect();
        }
        assert_eq!(after, before, "{}", real.name);
    }
}

fn without_location(mut extension: Value) -> Value {
    extension.as_object_mut().unwrap().remove("location");
    extension
}

#[test]
fn the_order_of_members_is_of_no_account() {
    // UPD-10.
    for real in &REAL {
        let sorted: Value = serde_json::from_str(real.text).unwrap();
        let sorted = Descriptor::parse(sorted.to_string().as_bytes()).unwrap();
        assert_eq!(token(&sorted), token(&accepted(real).0), "{}", real.name);
    }
}

#[test]
fn a_descriptor_without_self_link_is_refused_in_a_sentence() {
    let faults = Descriptor::parse(SCOTTBOT.as_bytes()).expect_err("its links are inside capabilities");
    let sentence = "\"self\" is missing, the address this descriptor is served at; \
                    \"links\" belongs beside \"capabilities\", not into it";
    assert_eq!(faults, [Fault::new("/links/self", sentence)]);
}
