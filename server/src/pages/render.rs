//! From page data to HTML.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::ResponseOptions;
use roomglass_app::page_data::{AssetNames, PageData, PageKind};

use crate::{assets, security, state::AppState};

/// Draws a page. The policy names the nonce that Leptos made for the scripts of this very answer.
pub async fn page(app: &AppState, page: PageKind, request: Request) -> Response<Body> {
    let data = PageData { page, assets: asset_names(), theme: super::theme(request.headers()) };
    let config = app.config.clone();
    let provide = move || {
        if let Some(nonce) = leptos::nonce::use_nonce()
            && let Ok(policy) = HeaderValue::from_str(&security::page_policy(&config, &nonce))
        {
            expect_context::<ResponseOptions>().insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        provide_context(data.clone());
    };
    leptos_axum::render_app_async_with_context(provide, roomglass_app::shell)(request).await
}

fn asset_names() -> AssetNames {
    let named = |name| assets::address(name).unwrap_or_default().to_owned();
    AssetNames {
        sprite: named("sprite"),
        style: named("css"),
        script: named("js"),
        wasm: named("wasm"),
        fonts: assets::address("font_latin").map(str::to_owned).into_iter().collect(),
    }
}
