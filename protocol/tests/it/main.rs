//! Tests of the protocol. They need no server and run natively; those marked with `test` from [`support`] also run in
//! a browser, because tokens and drawn text must not depend on the machine (TOK-02).

mod attachment;
mod canonical;
mod card;
mod condition;
mod descriptor;
mod difference;
mod error;
mod explanation;
mod extension;
mod frame;
mod html;
mod json;
mod ordered;
mod pattern;
mod real_descriptors;
mod support;
mod sync;
mod text;
mod tile;
mod timeline;
mod token;
mod walkthrough;
mod workspace;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
