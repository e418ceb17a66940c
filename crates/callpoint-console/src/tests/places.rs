//! Which addresses lead where.

use super::id;
use crate::{
    place::{IncidentName, Place},
    queue::{Queue, filter::Filter},
};

fn names() -> [Option<IncidentName>; 3] {
    [None, Some(IncidentName::Id(id(7))), IncidentName::parse("NW-4127")]
}

#[test]
fn every_place_has_an_address_of_its_own_that_leads_back_to_it() {
    let mut places = Vec::new();
    for queue in Queue::ALL {
        for search in ["", "exports", "a&b=c ?#/%2e é決済+"] {
            let search = search.to_owned();
            for filter in
                ["", "account=acme&component=a%2Fb&severity=2&status=in-progress&role=%2A&sort=oldest", "role=lead"]
            {
                let (search, filter) = (&search, Filter::parse(filter));
                let place =
                    |incident| Place { queue: *queue, incident, search: search.clone(), filter: filter.clone() };
                places.extend(names().map(place));
            }
        }
    }
    let addresses: Vec<_> = places.iter().map(Place::address).collect();
    for (at, (place, address)) in places.iter().zip(&addresses).enumerate() {
        assert_eq!(Place::parse(address).as_ref(), Some(place), "{address}");
        assert!(!addresses[..at].contains(address), "{address} twice");
    }
}

#[test]
fn addresses_read_as_what_they_lead_to() {
    let read = |address: &str| Place::parse(address).map(|place| place.address());
    for address in ["/console", "/console/queue/updates-due", "/console/incidents/NW-7?queue=disputed"] {
        assert_eq!(read(address).as_deref(), Some(address));
    }
    assert_eq!(Place::parse("/console?q=a+b%20c").map(|place| place.search).as_deref(), Some("a b c"));
    let all = "/console?account=acme&severity=1&status=monitoring&role=commander&sort=newest";
    assert_eq!(read(all).as_deref(), Some(all));
    assert_eq!(read("/console?severity=300&status=x&sort=x&account=&role=").as_deref(), Some("/console"));
    for unread in ["/console?q=%ff", "/console?q=%e", "/console?q=%zz", "/console?q=", "/console?q=%"] {
        assert_eq!(read(unread).as_deref(), Some("/console"), "{unread}");
    }
    assert_eq!(read("/console/").as_deref(), Some("/console"));
    assert_eq!(read("/console/incidents/NW-7?from=mail").as_deref(), Some("/console/incidents/NW-7"));
}

#[test]
fn what_leads_out_of_the_console_is_no_place() {
    let long = format!("/console/incidents/{}", "A".repeat(41));
    let hostile = [
        "",
        "/",
        "//evil.example",
        "https://evil.example/console",
        "/consoles",
        "/console//evil.example",
        "/console/../demo",
        "/console/queue/",
        "/console/queue/nope",
        "/console/incidents/",
        "/console/incidents/../../demo",
        "/console/incidents/%2e%2e",
        "/console/incidents/NW-1/more",
        "/console/incidents/NW-1?queue=//evil.example",
        "/console/incidents/javascript:alert(1)",
        &long,
    ];
    for address in hostile {
        assert_eq!(Place::parse(address), None, "{address}");
    }
}
