//! HipChat Connect §5: what add-ons may read and change through `/v2`.

mod change;
mod extensions;
mod files;
mod history;
mod people;
mod rooms;
mod webhooks;

use serde_json::{Value, json};

use super::{
    samples,
    team::{Installation, Team},
};

/// An integration with these scopes, in the room.
pub async fn in_room(team: &Team, scopes: &[&str]) -> Installation {
    team.installed(&samples::descriptor("com.example.rest", "Rest", scopes, &json!({}))).await.1
}

/// An integration with these scopes, everywhere.
pub async fn everywhere(team: &Team, scopes: &[&str]) -> Installation {
    team.installed_globally(&samples::descriptor("com.example.global", "Global", scopes, &json!({}))).await.1
}

/// One member of every item of a list.
#[track_caller]
pub fn each(list: &Value, member: &str) -> Vec<Value> {
    list["items"].as_array().unwrap().iter().map(|item| item[member].clone()).collect()
}
