//! Objects of the browser, used by the names of their members.
//!
//! Calls need some thirty operations of WebRTC that nothing else does. Typed bindings would put a line for each of them into
//! the script that every page loads (decision 8); by name they cost nothing until somebody calls.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// What the browser throws.
pub type Thrown = JsValue;

/// Called by the browser for as long as this lives.
pub type Handler = Closure<dyn FnMut(JsValue)>;

/// An object of the browser.
#[derive(Debug, Clone)]
pub struct Object(JsValue);

impl Object {
    /// What the browser answered elsewhere.
    pub fn of(value: impl Into<JsValue>) -> Self {
        Self(value.into())
    }

    /// A new one of a class.
    pub fn new(class: &str, argument: &JsValue) -> Result<Self, Thrown> {
        let class: Function = Reflect::get(&window(), &class.into())?.dyn_into()?;
        Reflect::construct(&class, &Array::of1(argument)).map(Self)
    }

    /// One without a class, with the members of a JSON object.
    pub fn plain(json: &serde_json::Value) -> Result<Self, Thrown> {
        js_sys::JSON::parse(&json.to_string()).map(Self)
    }

    /// As the browser takes it.
    pub fn value(&self) -> &JsValue {
        &self.0
    }

    /// Whether there is anything.
    pub fn exists(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    /// A member; one that does not [exist](Self::exists) where there is none.
    pub fn get(&self, member: &str) -> Self {
        Self(Reflect::get(&self.0, &member.into()).unwrap_or_default())
    }

    /// A member that is text; empty where there is none.
    pub fn text(&self, member: &str) -> String {
        self.get(member).0.as_string().unwrap_or_default()
    }

    /// Sets a member.
    pub fn set(&self, member: &str, value: &JsValue) {
        // Fails only for what is no object.
        let _ = Reflect::set(&self.0, &member.into(), value);
    }

    /// Calls a method.
    pub fn call(&self, method: &str, arguments: &[&JsValue]) -> Result<Self, Thrown> {
        let method: Function = Reflect::get(&self.0, &method.into())?.dyn_into()?;
        let arguments: Array = arguments.iter().collect();
        method.apply(&self.0, &arguments).map(Self)
    }

    /// Calls a method and waits for what it promises.
    pub async fn ask(&self, method: &str, arguments: &[&JsValue]) -> Result<Self, Thrown> {
        let promise: Promise = self.call(method, arguments)?.0.dyn_into()?;
        JsFuture::from(promise).await.map(Self)
    }

    /// The entries of a list.
    pub fn entries(&self) -> Vec<Self> {
        self.0.dyn_ref::<Array>().map(|list| list.iter().map(Self).collect()).unwrap_or_default()
    }

    /// Lets the browser tell of an event, for as long as the answer lives.
    pub fn on(&self, event: &str, mut hear: impl FnMut(Self) + 'static) -> Handler {
        let handler = Handler::new(move |event: JsValue| hear(Self(event)));
        self.set(&format!("on{event}"), handler.as_ref());
        handler
    }
}
