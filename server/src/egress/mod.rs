//! The one guarded client. Every request the server makes to an address somebody else chose goes through [`Egress`]:
//! descriptors, installation callbacks, webhooks, icons.
//!
//! What it guarantees, whatever the address says (safety E1, I14):
//! - http and https only. Plain http is allowed, as for HipChat's add-ons; what travels is signed or is public.
//! - Ports 80, 443 and from 1024. No user name or password in the address.
//! - No address of a special purpose, written out or behind a name; private ones only as the operator decided
//!   ([`PrivateProviders`]). The address that was checked is the one that is connected to.
//! - No proxy from the environment, no connection kept for later, no redirect but at most three of a `GET` within one
//!   origin, no decompression. Where only the head of a page is looked at, redirects may leave the origin; each address
//!   is checked like the first.
//! - [`TIME_LIMIT`] for everything together, and a limit for the body, which is counted while it arrives.

mod address;
mod resolver;
mod target;

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH, LOCATION,
        USER_AGENT as USER_AGENT_NAME,
    },
};
use roomglass_protocol::{DeliveryId, rest::webhook::DELIVERY_HEADER};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use url::Url;

use self::{address::Policy, resolver::CheckedResolver};
use crate::config::PrivateProviders;

/// Time for one request with its redirects, from the name server to the last byte.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Largest body accepted where the caller names no smaller limit.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Largest answer to a webhook that is read: a notification of 10,000 characters with its card.
const MAX_WEBHOOK_ANSWER_BYTES: usize = 64 * 1024;

const MAX_REDIRECTS: usize = 3;
/// Add-ons check that webhooks come from HipChat by this (HipChat Connect §7.1).
const WEBHOOK_USER_AGENT: &str = "HipChat.com";
const USER_AGENT: &str = concat!("Roomglass/", env!("CARGO_PKG_VERSION"));

/// Why an address is not contacted at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read.
    #[error("it is not a web address")]
    NotAUrl,
    /// Neither http nor https.
    #[error("only http and https addresses are allowed")]
    Scheme,
    /// It carries a user name or password.
    #[error("an address with a user name or password is not allowed")]
    UserInfo,
    /// A port below 1024 that is not for the web.
    #[error("its port is not allowed: only 80, 443 and ports from 1024 are")]
    Port,
    /// Loopback or the operator's own network.
    #[error("it leads to a private network, which this server does not allow")]
    PrivateAddress,
    /// Link-local, multicast, a tunnel, or reserved.
    #[error("it leads to an address of a special purpose, where no provider can be")]
    SpecialAddress,
    /// A redirect to another origin, or too many.
    #[error("it redirects to another place")]
    Redirect,
}

/// Why there is no answer. `Display` continues "Could not reach builds.example.com: …".
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// We did not try, or stopped.
    #[error("{0}")]
    Refused(Refusal),
    /// No connection: the name is unknown, nobody listens, or TLS failed.
    #[error("no connection could be made")]
    Unreachable(#[source] reqwest::Error),
    /// Nothing, or not everything, within [`TIME_LIMIT`].
    #[error("there was no answer within {} seconds", TIME_LIMIT.as_secs())]
    TimedOut,
    /// More than the limit.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The connection broke, or what came was not HTTP.
    #[error("the answer could not be read")]
    Broken(#[source] reqwest::Error),
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Three digits.
    pub status: StatusCode,
    /// `Content-Type`, if it was readable.
    pub content_type: Option<String>,
    /// `ETag`, if it was readable.
    pub etag: Option<String>,
    /// Where it was, after redirects.
    pub url: Url,
    /// All of it.
    pub body: Vec<u8>,
}

impl Answer {
    /// The beginning of the body as text for people, without control characters.
    pub fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().filter(|c| !c.is_control()).take(200).collect()
    }
}

/// A call of a webhook.
#[derive(Debug)]
pub struct WebhookCall<'a> {
    /// Where to.
    pub url: &'a str,
    /// The same for all tries.
    pub delivery: DeliveryId,
    /// JSON.
    pub body: Vec<u8>,
    /// The token it is signed with.
    pub jwt: Option<&'a str>,
}

/// What a receiver of webhooks answered.
#[derive(Debug)]
pub struct WebhookAnswer {
    /// Three digits.
    pub status: StatusCode,
    /// All of it, of a success; nothing is read of other answers.
    pub body: Result<Vec<u8>, EgressError>,
}

/// The guarded client; clones share it.
#[derive(Clone)]
pub struct Egress {
    client: Client,
    policy: Policy,
}

impl Egress {
    /// Makes the client for the operator's decision about private addresses.
    ///
    /// # Errors
    /// When the machine offers no TLS at all.
    pub fn new(private_providers: PrivateProviders) -> Result<Self, reqwest::Error> {
        // A second installation is refused by rustls, which is fine: it is the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Policy(private_providers);
        let client = builder(&policy).build().or_else(|error| {
            tracing::warn!(%error, "no usable root certificates: providers can only be reached by http");
            builder(&policy).tls_certs_only([]).build()
        })?;
        Ok(Self { client, policy })
    }

    /// Whether an address would be tried: what can be said before asking a name server.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &str) -> Result<Url, Refusal> {
        target::check(url, &self.policy)
    }

    /// Fetches, following redirects within the origin.
    ///
    /// # Errors
    /// When there is no answer; a status of failure is an answer.
    pub async fn get(&self, url: &str, max_bytes: usize) -> Result<Answer, EgressError> {
        self.get_unless(url, max_bytes, None).await
    }

    /// As [`Egress::get`], for somebody who has the answer that was named like this already: 304 says it is the same.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get_unless(&self, url: &str, max_bytes: usize, etag: Option<&str>) -> Result<Answer, EgressError> {
        let url = self.check(url).map_err(EgressError::Refused)?;
        within_time(async { read(self.follow(url, etag, Redirects::WithinOrigin).await?, max_bytes).await }).await
    }

    /// What stands before the body of the page to which an address leads a browser, on another origin too.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get_head(&self, url: &str) -> Result<HeaderMap, EgressError> {
        let url = self.check(url).map_err(EgressError::Refused)?;
        within_time(self.follow(url, None, Redirects::Anywhere)).await.map(|response| response.headers().clone())
    }

    /// Posts JSON and reads at most [`MAX_BODY_BYTES`] of the answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, url: &str, body: &(impl Serialize + Sync)) -> Result<Answer, EgressError> {
        let request = self.request(Method::POST, url)?.json(body);
        within_time(send(request, MAX_BODY_BYTES)).await
    }

    /// Posts a webhook under the name add-ons expect, signed if asked for. A status of success is an answer even when
    /// what should follow is late, too large or broken: the receiver has taken the call.
    ///
    /// # Errors
    /// When there is no status.
    pub async fn call_webhook(&self, call: WebhookCall<'_>) -> Result<WebhookAnswer, EgressError> {
        let deadline = Instant::now() + TIME_LIMIT;
        let request = self.request(Method::POST, call.url)?.header(USER_AGENT_NAME, WEBHOOK_USER_AGENT);
        let request = request.header(DELIVERY_HEADER, call.delivery.0);
        let request = request.header(CONTENT_TYPE, "application/json").body(call.body);
        let mut request = request.header(ACCEPT, "application/json").header(ACCEPT_ENCODING, "identity");
        if let Some(jwt) = call.jwt {
            request = request.header(AUTHORIZATION, format!("JWT {jwt}"));
        }
        let response =
            timeout_at(deadline, request.send()).await.map_err(|_| EgressError::TimedOut)?.map_err(explain)?;
        let status = response.status();
        if !status.is_success() {
            return Ok(WebhookAnswer { status, body: Ok(Vec::new()) });
        }
        let read = timeout_at(deadline, read(response, MAX_WEBHOOK_ANSWER_BYTES)).await;
        let body = read.unwrap_or(Err(EgressError::TimedOut)).map(|answer| answer.body);
        Ok(WebhookAnswer { status, body })
    }

    /// Sends `DELETE`.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn delete(&self, url: &str) -> Result<Answer, EgressError> {
        within_time(send(self.request(Method::DELETE, url)?, MAX_BODY_BYTES)).await
    }

    fn request(&self, method: Method, url: &str) -> Result<RequestBuilder, EgressError> {
        let url = self.check(url).map_err(EgressError::Refused)?;
        Ok(self.client.request(method, url))
    }

    async fn follow(&self, mut url: Url, etag: Option<&str>, redirects: Redirects) -> Result<Response, EgressError> {
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.client.get(url.clone());
            if let Some(etag) = etag {
                request = request.header(IF_NONE_MATCH, etag);
            }
            let response = request.send().await.map_err(explain)?;
            let Some(next) = redirect(&response) else { return Ok(response) };
            let next = url.join(&next).map_err(|_| EgressError::Refused(Refusal::Redirect))?;
            if redirects == Redirects::WithinOrigin && next.origin() != url.origin() {
                return Err(EgressError::Refused(Refusal::Redirect));
            }
            url = self.check(next.as_str()).map_err(EgressError::Refused)?;
        }
        Err(EgressError::Refused(Refusal::Redirect))
    }
}

/// Which redirects are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redirects {
    WithinOrigin,
    /// Wherever the policy allows to connect.
    Anywhere,
}

fn builder(policy: &Policy) -> reqwest::ClientBuilder {
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(0)
        .referer(false)
        .dns_resolver(Arc::new(CheckedResolver(policy.clone())))
}

fn redirect(response: &Response) -> Option<String> {
    let moved = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| moved)?;
    location.to_str().ok().map(str::to_owned)
}

async fn send(request: RequestBuilder, max_bytes: usize) -> Result<Answer, EgressError> {
    let request = request.header(ACCEPT, "application/json").header(ACCEPT_ENCODING, "identity");
    read(request.send().await.map_err(explain)?, max_bytes).await
}

async fn read(response: Response, max_bytes: usize) -> Result<Answer, EgressError> {
    let status = response.status();
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (content_type, etag) = (text(CONTENT_TYPE), text(ETAG));
    if response.content_length().is_some_and(|length| length > max_bytes as u64) {
        return Err(EgressError::TooLarge(max_bytes));
    }
    let (mut body, url) = (Vec::new(), response.url().clone());
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(explain)?;
        if body.len() + chunk.len() > max_bytes {
            return Err(EgressError::TooLarge(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, content_type, etag, url, body })
}

async fn within_time<T>(work: impl Future<Output = Result<T, EgressError>>) -> Result<T, EgressError> {
    tokio::time::timeout(TIME_LIMIT, work).await.unwrap_or(Err(EgressError::TimedOut))
}

/// Finds our own refusal behind the client's error.
fn explain(error: reqwest::Error) -> EgressError {
    // The address may hold a signed token; it has no place in logs.
    let error = error.without_url();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if let Some(refusal) = inner.downcast_ref::<Refusal>() {
            return EgressError::Refused(*refusal);
        }
        cause = inner.source();
    }
    if error.is_connect() { EgressError::Unreachable(error) } else { EgressError::Broken(error) }
}

#[cfg(test)]
mod tests;
