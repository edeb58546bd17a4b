//! Operations about integrations on offer, versions that wait for a review, and what browsers bring add-ons.

use roomglass_protocol::{
    RoomId,
    rest::{catalogue, integration, simulator, update},
};
use schemars::JsonSchema;

use super::operation::Operation;
use crate::integration::{PATH_INSTALLABLE, PATH_ONWARD};

pub(super) fn operations() -> Vec<Operation> {
    [catalogue(), catalogues(), updates(), handovers(), simulator()].into_iter().flatten().collect()
}

fn catalogue() -> Vec<Operation> {
    vec![
        Operation::get(catalogue::PATH, "Integrations on offer")
            .by_person()
            .query::<SearchQuery>()
            .answers::<catalogue::Search>(200),
        Operation::get(catalogue::PATH_DETAIL, "What one adds, and who sees what leaves")
            .by_person()
            .answers::<catalogue::Detail>(200),
        Operation::post(catalogue::PATH_MANAGE, "Offers an integration")
            .by_person()
            .takes::<catalogue::AddAs>()
            .answers::<catalogue::Entry>(201),
        Operation::delete("/api/v1/catalogue/{key}", "Takes an offer back").by_person().answers_nothing(204),
    ]
}

/// What is searched for.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct SearchQuery {
    /// Words that must all occur in key, name, description or a category.
    q: Option<String>,
    /// Only those listed under it.
    category: Option<String>,
}

fn catalogues() -> Vec<Operation> {
    vec![
        Operation::get(catalogue::PATH_PUBLIC, "What this server offers to others")
            .answers::<catalogue::Search>(200)
            .answers_nothing(304),
        Operation::get(catalogue::PATH_REMOTE, "Catalogues of other servers")
            .by_person()
            .answers::<catalogue::RemoteCatalogues>(200),
        Operation::post(catalogue::PATH_REMOTE, "Adds a catalogue of another server, or asks it again")
            .by_person()
            .takes::<catalogue::RemoteAddress>()
            .answers::<catalogue::RemoteCatalogue>(201),
        Operation::delete(catalogue::PATH_REMOTE, "Removes a catalogue of another server")
            .by_person()
            .query::<WhichCatalogue>()
            .answers_nothing(204),
    ]
}

/// Which catalogue.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct WhichCatalogue {
    /// Its address.
    url: String,
}

fn updates() -> Vec<Operation> {
    vec![
        Operation::get(update::PATH, "Versions that wait for the caller's review")
            .by_person()
            .answers::<update::Waiting>(200),
        Operation::get(update::PATH_ONE, "What a version would change")
            .by_person()
            .answers::<update::UpdateReview>(200),
        Operation::post(update::PATH_ACCEPT, "Puts a version that was seen in force")
            .by_person()
            .takes::<update::Decision>()
            .answers::<integration::Installed>(200),
        Operation::post(update::PATH_REFUSE, "Keeps the version in force")
            .by_person()
            .takes::<update::Decision>()
            .answers_nothing(204),
        Operation::post(update::PATH_REFRESH, "Asks a provider for its descriptor now")
            .by_person()
            .answers::<update::Refreshed>(200),
    ]
}

fn simulator() -> Vec<Operation> {
    vec![
        Operation::post(simulator::PATH, "A descriptor as its provider has it now, for the simulator")
            .by_person()
            .takes::<integration::Preview>()
            .answers::<simulator::Document>(200),
    ]
}

fn handovers() -> Vec<Operation> {
    vec![
        Operation::get(PATH_INSTALLABLE, "An installation's data, once, for the add-on a browser brought the address")
            .answers::<Installable>(200),
        Operation::get(PATH_ONWARD, "Sends a browser on to the next room's installation").answers_nothing(303),
    ]
}

/// Credentials and where they count (HipChat Connect §2.2).
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
struct Installable {
    oauth_id: String,
    /// Absent when the installation has ended.
    oauth_secret: Option<String>,
    capabilities_url: String,
    group_id: i64,
    /// Absent for everybody's installation.
    room_id: Option<RoomId>,
}
