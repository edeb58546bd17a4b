//! Names, resolved once for each connection and checked before it is made.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Refusal, address::Policy};

/// Hands the client only addresses that were checked: it connects to exactly these, so a name that changes its answer
/// between check and connection gains nothing.
pub(super) struct CheckedResolver(pub(super) Policy);

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0.clone();
        Box::pin(async move {
            let addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One bad address condemns the name: an honest one has none, and the client may try any of them.
            let refused: Option<Refusal> = addresses.iter().find_map(|socket| policy.check_resolved(socket.ip()).err());
            match refused {
                Some(refusal) => Err(refusal.into()),
                None => Ok(Box::new(addresses.into_iter()) as Addrs),
            }
        })
    }
}
