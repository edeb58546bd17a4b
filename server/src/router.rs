//! Every route on one screen.

use axum::Router;

use crate::{api, assets, compression, integration, openapi, pages, push, security, state::AppState};

/// The whole server as one service.
pub fn router(state: AppState) -> Router {
    let routes = Router::new()
        .merge(api::routes())
        .merge(integration::routes())
        .merge(push::routes())
        .merge(openapi::routes())
        .merge(assets::routes())
        .merge(pages::routes())
        .layer(axum::middleware::from_fn_with_state(state.clone(), security::guard))
        .layer(compression::layer())
        .with_state(state);
    integration::forgive_double_slashes(routes)
}
