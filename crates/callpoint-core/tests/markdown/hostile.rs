//! Addresses that are no link: what runs, what hides where it leads, and what browsers read otherwise than people do.

use callpoint_core::markdown::{LinkAddress, parse};

use crate::addresses;

pub const HOSTILE: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\u{1}javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\u{200b}script:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61;vascript:alert(1)",
    "javascript:https://vendor.example/%0aalert(1)",
    "javascript://vendor.example/%0aalert(1)//https://vendor.example",
    "\\javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "blob:https://vendor.example/1",
    "filesystem:https://vendor.example/1",
    "view-source:https://vendor.example",
    "file:///etc/passwd",
    "livescript:alert(1)",
    "mocha:alert(1)",
    "jar:https://vendor.example!/",
    "feed:javascript:alert(1)",
    "intent://vendor.example#Intent;end",
    "ms-word:ofe|u|https://vendor.example",
    "//vendor.example/",
    "\\\\vendor.example\\",
    "/relative",
    "?query",
    "#fragment",
    "",
    "https:",
    "https://",
    "https:vendor.example",
    "https:/vendor.example",
    "https:///vendor.example",
    "https:\\\\vendor.example",
    "https://vendor.example\\@other.example",
    "https://vendor.example@other.example/",
    "https://vendor.example%40x@other.example/",
    "https://ada:word@vendor.example/",
    "https://?vendor.example",
    "https://#vendor.example",
    "https://vendor.example/\u{202e}gnp.exe",
    "https://vendor\u{ad}.example/",
    "https://vendor.example/ onclick=alert(1)",
    "https://vendor.example/\" onclick=\"alert(1)",
    "https://vendor.example/'onclick='alert(1)",
    "https://vendor.example/`",
    "https://vendor.example/<script>",
    "https://vendor.example/\nSet-Cookie: a",
    "mailto:",
    "mailto:javascript:alert(1)",
    "mailto:\"a b\"@vendor.example",
];

#[test]
fn what_is_hostile_is_no_address() {
    for text in HOSTILE {
        assert_eq!(LinkAddress::parse(text), None, "{text:?}");
    }
    assert_eq!(LinkAddress::parse(&["https://vendor.example/", &"a".repeat(2_000)].concat()), None);
}

#[test]
fn whatever_it_is_wrapped_in_no_link_leads_elsewhere_than_to_a_safe_address() {
    let wraps = [
        "[a]({})",
        "[a](<{}>)",
        "<{}>",
        "{}",
        "![a]({})",
        "[*a*]({} \"b\")",
        "**[a]({})**",
        "[a][b]\n\n[b]: {}",
        "> [a]({})",
        "- <{}>",
        "[![a](https://vendor.example/a.png)]({})",
        "[[a]({})](https://vendor.example/)",
    ];
    for text in HOSTILE {
        for wrap in wraps {
            let written = wrap.replace("{}", text);
            let blocks = parse(&written);
            for address in addresses(&blocks) {
                let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
                let safe = ["http", "https", "mailto"].map(|name| Some(name.to_owned()));
                assert!(safe.contains(&scheme), "{written:?} leads to {address:?}");
                let host = address.split('/').nth(2).unwrap_or_default();
                assert!(
                    !host.contains('@') && !address.contains(['<', '>', '"', '\'', '`', '\\', ' ', '\n']),
                    "{written:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_safe_is_a_link_with_marks_and_without() {
    let safe = [
        ("https://vendor.example", "https://vendor.example"),
        ("see HTTP://vendor.example:8080/a?b=c#d.", "HTTP://vendor.example:8080/a?b=c#d"),
        ("(https://vendor.example/a_(b))", "https://vendor.example/a_(b)"),
        ("詳細はhttps://vendor.example/日本。次", "https://vendor.example/日本"),
        ("<https://[::1]/a>", "https://[::1]/a"),
        ("<ada@acme.example>", "mailto:ada@acme.example"),
        ("[write](mailto:ada@acme.example?subject=Hi)", "mailto:ada@acme.example?subject=Hi"),
        ("**https://vendor.example/**", "https://vendor.example/"),
        ("[https://bank.example](https://vendor.example)", "https://vendor.example"),
    ];
    for (text, address) in safe {
        assert_eq!(addresses(&parse(text)), [address], "{text:?}");
    }
}
