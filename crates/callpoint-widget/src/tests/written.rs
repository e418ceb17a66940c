//! What people write, as it is drawn, and where one day ends in a thread.

use super::stage::{client, draw, opened_with, own, said, thread};
use crate::{
    components::written::{preview, written},
    panel::ThreadDraft,
};
use callpoint_core::model::time::HOUR;
use insta::assert_snapshot;

const WRITTEN: &str = "# What we know\n\nIt **stops** at _export_ `3`.\n  A second line.\n\n```sh\nmake  all\n```\n\n3. restart\n4. read https://vendor.example/a\n   - twice\n\n> quoted <b>\n\n[the log](https://vendor.example/log) [no](javascript:alert(1)) ![no](https://vendor.example/a.png)";

#[test]
fn what_people_write_is_drawn_as_nodes() {
    assert_snapshot!("written", draw(&client(true, Vec::new()), written(WRITTEN)));
}

#[test]
fn a_preview_is_of_what_others_will_read_otherwise() {
    let drawn = |text: &str| draw(&client(true, Vec::new()), preview(text));
    for plain in ["", "Two words", "3 * 4\n\nnext", "a_b_c"] {
        assert!(!drawn(plain).contains("Preview"), "{plain}");
    }
    for marked in ["**no**", "`code`", "- one\n- two", "see https://vendor.example"] {
        assert!(drawn(marked).contains("Preview"), "{marked}");
    }
}

#[test]
fn a_thread_says_where_a_day_begins() {
    let drawn = |hours: [i64; 3]| {
        let entries = (1..).zip(hours).map(|(seq, hours)| said(seq, hours * HOUR)).collect();
        thread(&opened_with(own(|_| ()), entries), &ThreadDraft::default())
    };
    assert_eq!(drawn([-3, -2, -1]).matches("class=\"day\"").count(), 0);
    assert_eq!(drawn([-60, -30, -1]).matches("class=\"day\"").count(), 2);
}
