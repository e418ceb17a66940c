//! Where a request comes from, for limits alone: behind a proxy, what the proxy says.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// Whose address a request comes from; none where only a proxy is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

/// The header in which proxies name whom they speak for, the nearest last.
const FORWARDED_FOR: &str = "x-forwarded-for";

impl ClientAddress {
    /// The one that a request came with.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<IpAddr> {
        extensions.get::<Self>().and_then(|address| address.0)
    }

    /// The last address that is no proxy of ours: only what our own proxies wrote can be believed.
    pub(super) fn read(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Self {
        let peer = peer.to_canonical();
        if !is_proxy(peer, proxies) {
            return Self(Some(network(peer)));
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().map(axum::http::HeaderValue::as_bytes);
        let hops: Vec<&[u8]> = lines.flat_map(|line| line.split(|byte| *byte == b',')).collect();
        for hop in hops.iter().rev() {
            match std::str::from_utf8(hop).ok().and_then(|hop| parse(hop.trim())) {
                Some(address) if is_proxy(address, proxies) => {}
                address => return Self(address.map(network)),
            }
        }
        Self(None)
    }
}

/// With a port, in some proxies.
fn parse(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Whether an address speaks for others. Unless proxies are named, this machine and private networks do.
pub(super) fn is_proxy(address: IpAddr, proxies: &[IpNet]) -> bool {
    if !proxies.is_empty() {
        return proxies.iter().any(|net| net.contains(&address));
    }
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// One line has a whole /64 of IPv6.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(peer: &str, forwarded: &[&str], proxies: &[&str]) -> Option<String> {
        let lines: Vec<&[u8]> = forwarded.iter().map(|line| line.as_bytes()).collect();
        read_bytes(peer, &lines, proxies)
    }

    fn read_bytes(peer: &str, forwarded: &[&[u8]], proxies: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, axum::http::HeaderValue::from_bytes(line).unwrap());
        }
        let proxies: Vec<IpNet> = proxies.iter().map(|net| net.parse().unwrap()).collect();
        ClientAddress::read(peer.parse().unwrap(), &headers, &proxies).0.map(|address| address.to_string())
    }

    #[test]
    fn only_what_an_own_proxy_wrote_is_believed() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("203.0.113.7", &["198.51.100.1"], &[]), some("203.0.113.7"), "it speaks for nobody");
        assert_eq!(read("127.0.0.1", &["9.9.9.9, 198.51.100.1"], &[]), some("198.51.100.1"), "the nearest counts");
        assert_eq!(read("::ffff:127.0.0.1", &["9.9.9.9", "198.51.100.1, 10.0.0.9"], &[]), some("198.51.100.1"));
        assert_eq!(read("127.0.0.1", &["198.51.100.1:4711"], &[]), some("198.51.100.1"));
        assert_eq!(read("127.0.0.1", &["198.51.100.1, rubbish"], &[]), None, "what can't be read hides the rest");
        let [odd, victim] = [b"\xff, 198.51.100.1".as_slice(), b"203.0.113.9".as_slice()];
        assert_eq!(read_bytes("127.0.0.1", &[odd], &[]), some("198.51.100.1"), "what a stranger wrote hides nobody");
        assert_eq!(read_bytes("127.0.0.1", &[victim, b"\xff"], &[]), None, "nor is it somebody else's");
        assert_eq!(read("127.0.0.1", &[], &[]), None);
        assert_eq!(read("10.0.0.9", &["198.51.100.1"], &["192.0.2.0/24"]), some("10.0.0.9"), "others are named");
        assert_eq!(read("192.0.2.3", &["198.51.100.1"], &["192.0.2.0/24"]), some("198.51.100.1"));
        assert_eq!(read("2001:db8:1:2:3:4:5:6", &[], &[]), some("2001:db8:1:2::"));
    }
}
