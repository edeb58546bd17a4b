//! What can be asked of the extensions of an integration, and done to them.

use serde_json::{Value, json};

use super::{
    Action, Dialog, ExtensionKind, Extensions, ExternalPage, Glance, Target, WebPanel, Webhook, address::origin_of,
    normal_form::normalise_extension,
};
use crate::{ExtensionKey, OrderedMap, OrderedSet, token::fingerprint};

/// Members that hold addresses browsers contact.
const ADDRESSES: [&str; 4] = ["/queryUrl", "/url", "/icon/url", "/icon/url@2x"];

impl Extensions {
    /// The dynamic content items this version understands, by ascending weight (HCC-13).
    pub fn glances(&self) -> Vec<Glance> {
        let mut glances = self.read(ExtensionKind::GLANCE, Glance::read);
        glances.sort_by_key(|glance| glance.weight);
        glances
    }

    /// The conditional controls this version understands, by ascending weight.
    pub fn actions(&self) -> Vec<Action> {
        let mut actions = self.read(ExtensionKind::ACTION, Action::read);
        actions.sort_by_key(|action| action.weight);
        actions
    }

    /// Names of conditions of tiles and controls that this version does not know (COND-27).
    pub fn unknown_conditions(&self) -> OrderedSet<String> {
        let lists = self.glances().into_iter().map(|glance| glance.conditions);
        let lists = lists.chain(self.actions().into_iter().map(|action| action.conditions));
        lists.flat_map(|list| list.unknown_names().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// The webhooks this version understands.
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.read(ExtensionKind::WEBHOOK, Webhook::read)
    }

    /// Finds what a target names: a panel, dialog, external page, or a glance with a target of its own.
    pub fn target(&self, key: &ExtensionKey) -> Option<Target> {
        self.page(key).or_else(|| {
            let glance = Glance::read(key.clone(), self.find(&ExtensionKind::GLANCE.into(), key)?)?;
            self.page(&glance.target?)
        })
    }

    fn page(&self, key: &ExtensionKey) -> Option<Target> {
        let find = |kind: &str| self.find(&kind.into(), key);
        let panel = || WebPanel::read(key.clone(), find(ExtensionKind::WEB_PANEL)?).map(Target::WebPanel);
        let dialog = || Dialog::read(key.clone(), find(ExtensionKind::DIALOG)?).map(Target::Dialog);
        let page = || ExternalPage::read(key.clone(), find(ExtensionKind::EXTERNAL_PAGE)?).map(Target::ExternalPage);
        panel().or_else(dialog).or_else(page)
    }

    /// One extension as it came.
    pub fn find(&self, kind: &ExtensionKind, key: &ExtensionKey) -> Option<&Value> {
        let list = self.0.get(kind)?;
        list.get(position_of(list, key)?)
    }

    /// Every extension with its kind and key, sorted by kind, then key: the order tokens are computed in.
    pub fn iter(&self) -> Vec<(&ExtensionKind, ExtensionKey, &Value)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .flat_map(|(kind, list)| keyed(list).map(move |(key, descriptor)| (kind, key, descriptor)))
            .collect();
        all.sort_by(|(kind, key, _), (other_kind, other_key, _)| (kind, key).cmp(&(other_kind, other_key)));
        all
    }

    /// Puts an extension in the place of the one with its kind and key, or adds it (UPD-02, UPD-04).
    /// The descriptor is brought to normal form and is given the key, whatever it said itself.
    pub fn put(&mut self, kind: ExtensionKind, key: &ExtensionKey, descriptor: Value) {
        let mut descriptor = normalise_extension(descriptor);
        if let Value::Object(members) = &mut descriptor {
            members.insert("key".to_owned(), json!(key));
        }
        let list = self.0.entry(ExtensionKind::canonical(&kind.0)).or_default();
        match position_of(list, key) {
            Some(position) => list[position] = descriptor,
            None => list.push(descriptor),
        }
    }

    /// Takes an extension out (UPD-03); `false` when there was none.
    pub fn remove(&mut self, kind: &ExtensionKind, key: &ExtensionKey) -> bool {
        let Some(list) = self.0.get_mut(kind) else { return false };
        let Some(position) = position_of(list, key) else { return false };
        list.remove(position);
        if list.is_empty() {
            self.0.remove(kind);
        }
        true
    }

    /// All http(s) origins browsers will contact for these extensions, sorted. Webhooks are not among them: it is the
    /// server that calls those.
    pub fn origins(&self) -> Vec<String> {
        let contacted = self.0.iter().filter(|(kind, _)| kind.is_known() && kind.0 != ExtensionKind::WEBHOOK);
        let addresses = contacted.flat_map(|(_, list)| list).flat_map(addresses_of);
        addresses.filter_map(|address| origin_of(address).ok()).collect::<OrderedSet<_>>().into_iter().collect()
    }

    fn read<T>(&self, kind: &str, read: impl Fn(ExtensionKey, &Value) -> Option<T>) -> Vec<T> {
        let list = self.0.get(&ExtensionKind::from(kind)).map_or(&[][..], Vec::as_slice);
        keyed(list).filter_map(|(key, descriptor)| read(key, descriptor)).collect()
    }
}

fn addresses_of(extension: &Value) -> impl Iterator<Item = &str> {
    ADDRESSES.iter().filter_map(|pointer| extension.pointer(pointer)?.as_str())
}

/// Extensions of one kind with their keys. One without a key (HipChat's webhooks had none) is named after its content,
/// so that it keeps its name for as long as nothing about it changes; equal ones are counted.
pub(super) fn keyed(list: &[Value]) -> impl Iterator<Item = (ExtensionKey, &Value)> {
    let mut copies: OrderedMap<String, usize> = OrderedMap::new();
    list.iter().filter_map(move |descriptor| {
        let key = match descriptor.get("key") {
            Some(Value::String(key)) => ExtensionKey::new(key.as_str()),
            _ => {
                let fingerprint = fingerprint(descriptor);
                let copy = copies.entry(fingerprint.clone()).and_modify(|copy| *copy += 1).or_insert(1);
                ExtensionKey::new(match copy {
                    1 => format!("webhook-{fingerprint}"),
                    copy => format!("webhook-{fingerprint}-{copy}"),
                })
            }
        };
        Some((key.ok()?, descriptor))
    })
}

pub(super) fn position_of(list: &[Value], key: &ExtensionKey) -> Option<usize> {
    let found = keyed(list).find(|(candidate, _)| candidate == key).map(|(_, descriptor)| descriptor)?;
    list.iter().position(|descriptor| std::ptr::eq(descriptor, found))
}
