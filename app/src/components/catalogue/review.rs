//! What the person must have seen before anything is installed (INST-05): who it is from, what it adds, where data goes.

use leptos::prelude::*;
use roomglass_protocol::{Fault, rest::integration::Review};

use super::{
    adds::Additions,
    place::{Place, PlaceChoice},
    scopes::ScopeList,
};
use crate::components::icon::Icon;

/// Left who it is, right what it may do and where.
#[component]
pub fn ReviewBody(review: Review, place: Place) -> impl IntoView {
    let hosts = review.hosts.iter().map(|host| {
        let host = host.clone();
        view! { <p class="row"><Icon name="i-globe" class="icon icon--sm"/>{host}</p> }
    });
    let hosts = hosts.collect_view();
    let vendor = review.vendor.clone().unwrap_or_else(|| "Not named".to_owned());
    view! {
        <div class="review">
            <aside class="review__side" aria-label=format!("About {}", review.name)>
                <dl class="kv">
                    <dt>"Publisher"</dt><dd>{vendor}</dd>
                    <dt>"Origin"</dt><dd>{review.origin.clone()}</dd>
                    <dt>"Key"</dt><dd><code>{review.key.to_string()}</code></dd>
                </dl>
                <p>{review.description.clone()}</p>
                {review.homepage.clone().map(|homepage| view! {
                    <p><a class="link" href=homepage target="_blank" rel="noopener noreferrer">"Page of the publisher"</a></p>
                })}
                <div><h3>"What you will see"</h3><Additions extensions=review.extensions.clone()/></div>
                <Warnings warnings=review.warnings.clone()/>
                <div><h3>"Where data goes"</h3>{hosts}</div>
            </aside>
            <div class="review__main">
                <section class="sect"><h3>{format!("{} will be able to", review.name)}</h3><ScopeList scopes=review.scopes.clone()/></section>
                <section class="sect">
                    <h3>"It will not be able to"</h3>
                    <ul class="cannot" role="list">
                        <li><Icon name="i-check" class="icon icon--sm"/>"see e-mail addresses or passwords"</li>
                        <li><Icon name="i-check" class="icon icon--sm"/>"run code in your browser outside its own frame"</li>
                    </ul>
                </section>
                <PlaceChoice place review/>
            </div>
        </div>
    }
    .into_any()
}

/// What will not work although it can be installed (DESC-15).
#[component]
fn Warnings(warnings: Vec<Fault>) -> impl IntoView {
    let warnings = warnings.into_iter().map(|warning| {
        view! { <li><code>{warning.pointer}</code>" "<span class="muted">{warning.message}</span></li> }
    });
    let warnings: Vec<_> = warnings.collect();
    (!warnings.is_empty()).then(|| {
        view! {
            <div><h3>"What its publisher should look at"</h3><ul class="adds" role="list">{warnings}</ul></div>
        }
    })
}
