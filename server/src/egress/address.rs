//! Which addresses the server may connect to.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::LazyLock,
};

use ipnet::{IpNet, Ipv6Net};

use super::Refusal;
use crate::config::PrivateProviders;

/// How far an address can be reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// From everywhere.
    Public,
    /// From this machine or the operator's network: providers may live there when the operator says so.
    Private,
    /// No provider lives there: link-local (cloud metadata), tunnels that hide another address, multicast, examples.
    Never,
}

/// IANA's special-purpose registries for IPv4 and IPv6, read for "may a provider live there?".
const SPECIAL: [(&str, Reach); 32] = [
    ("0.0.0.0/8", Reach::Never),         // this network
    ("10.0.0.0/8", Reach::Private),      // private
    ("100.64.0.0/10", Reach::Private),   // carrier-grade NAT
    ("127.0.0.0/8", Reach::Private),     // loopback
    ("169.254.0.0/16", Reach::Never),    // link-local, cloud metadata
    ("172.16.0.0/12", Reach::Private),   // private
    ("192.0.0.0/24", Reach::Never),      // protocol assignments
    ("192.0.2.0/24", Reach::Never),      // documentation
    ("192.31.196.0/24", Reach::Never),   // AS112
    ("192.52.193.0/24", Reach::Never),   // AMT
    ("192.88.99.0/24", Reach::Never),    // 6to4 relays
    ("192.168.0.0/16", Reach::Private),  // private
    ("192.175.48.0/24", Reach::Never),   // AS112
    ("198.18.0.0/15", Reach::Never),     // benchmarking
    ("198.51.100.0/24", Reach::Never),   // documentation
    ("203.0.113.0/24", Reach::Never),    // documentation
    ("224.0.0.0/4", Reach::Never),       // multicast
    ("240.0.0.0/4", Reach::Never),       // reserved, broadcast
    ("::/96", Reach::Never),             // unspecified, IPv4-compatible
    ("::1/128", Reach::Private),         // loopback
    ("::ffff:0:0/96", Reach::Never),     // IPv4-mapped
    ("64:ff9b::/96", Reach::Never),      // NAT64
    ("64:ff9b:1::/48", Reach::Never),    // local NAT64
    ("100::/64", Reach::Never),          // discard
    ("2001::/23", Reach::Never),         // Teredo, ORCHID, benchmarking
    ("2001:db8::/32", Reach::Never),     // documentation
    ("2002::/16", Reach::Never),         // 6to4
    ("2620:4f:8000::/48", Reach::Never), // AS112
    ("3fff::/20", Reach::Never),         // documentation
    ("fc00::/7", Reach::Private),        // unique local
    ("fe80::/10", Reach::Never),         // link-local
    ("ff00::/8", Reach::Never),          // multicast
];

/// The table as networks. Every entry parses, which the tests of this file see to.
static NETWORKS: LazyLock<Vec<(IpNet, Reach)>> =
    LazyLock::new(|| SPECIAL.iter().filter_map(|(net, reach)| Some((net.parse().ok()?, *reach))).collect());

/// All of IPv6 that is given out to the public; the rest is reserved.
const GLOBAL_UNICAST: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

fn reach(address: IpAddr) -> Reach {
    let narrowest = NETWORKS.iter().filter(|(net, _)| net.contains(&address)).max_by_key(|(net, _)| net.prefix_len());
    match (narrowest, address) {
        (Some((_, reach)), _) => *reach,
        (None, IpAddr::V6(address)) if !GLOBAL_UNICAST.contains(&address) => Reach::Never,
        (None, _) => Reach::Public,
    }
}

/// The operator's decision about private addresses, applied to the table.
#[derive(Debug, Clone)]
pub(super) struct Policy(pub(super) PrivateProviders);

impl Policy {
    /// Checks an address written out in a URL, together with its port.
    pub(super) fn check_socket(&self, socket: SocketAddr) -> Result<(), Refusal> {
        if self.lists(socket) {
            return Ok(());
        }
        check_port(socket.port())?;
        self.check_resolved(socket.ip())
    }

    /// Checks an address a name stands for. Sockets the operator listed one by one are meant literally: a name never
    /// leads to them, because the resolver does not know the port and another port of that machine is not listed.
    pub(super) fn check_resolved(&self, address: IpAddr) -> Result<(), Refusal> {
        match (reach(address), &self.0) {
            (Reach::Public, _) | (Reach::Private, PrivateProviders::Allow) => Ok(()),
            (Reach::Private, _) => Err(Refusal::PrivateAddress),
            (Reach::Never, _) => Err(Refusal::SpecialAddress),
        }
    }

    fn lists(&self, socket: SocketAddr) -> bool {
        matches!(&self.0, PrivateProviders::Only(sockets) if sockets.contains(&socket))
    }
}

/// Web ports and those any user may open; the others belong to services such as mail, which misread HTTP.
pub(super) fn check_port(port: u16) -> Result<(), Refusal> {
    if matches!(port, 80 | 443 | 1024..) { Ok(()) } else { Err(Refusal::Port) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(private: PrivateProviders, address: &str) -> Result<(), Refusal> {
        Policy(private).check_resolved(address.parse().unwrap())
    }

    #[test]
    fn every_entry_of_the_table_is_a_network() {
        assert_eq!(NETWORKS.len(), SPECIAL.len());
    }

    #[test]
    fn public_addresses_pass() {
        for address in ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::8a"] {
            assert_eq!(check(PrivateProviders::Refuse, address), Ok(()), "{address}");
        }
    }

    #[test]
    fn private_addresses_pass_only_when_allowed() {
        for address in
            ["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1"]
        {
            assert_eq!(check(PrivateProviders::Refuse, address), Err(Refusal::PrivateAddress), "{address}");
            assert_eq!(check(PrivateProviders::Allow, address), Ok(()), "{address}");
        }
    }

    #[test]
    fn no_policy_reaches_metadata_tunnels_and_multicast() {
        let addresses = [
            "0.0.0.0",
            "169.254.169.254",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2001::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ];
        for address in addresses {
            assert_eq!(check(PrivateProviders::Allow, address), Err(Refusal::SpecialAddress), "{address}");
        }
    }

    #[test]
    fn listed_sockets_are_meant_to_the_port() {
        let policy = Policy(PrivateProviders::Only(vec!["127.0.0.1:4000".parse().unwrap()]));
        assert_eq!(policy.check_socket("127.0.0.1:4000".parse().unwrap()), Ok(()));
        assert_eq!(policy.check_socket("127.0.0.1:4001".parse().unwrap()), Err(Refusal::PrivateAddress));
        assert_eq!(policy.check_socket("127.0.0.2:4000".parse().unwrap()), Err(Refusal::PrivateAddress));
        assert_eq!(policy.check_resolved("127.0.0.1".parse().unwrap()), Err(Refusal::PrivateAddress));
    }
}
