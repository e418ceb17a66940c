//! The keys that mean something, in a list that `?` opens.

use callpoint_core::text::{self, Key, say};
use web_sys::Element;
use yew::prelude::*;

use super::Queue;
use crate::platform::{self, KeyListener};

/// The keys outside of text fields, but for those of the queues.
const KEYS: [(&str, Key); 12] = [
    ("j k", text::KEY_MOVE),
    ("Enter", text::KEY_OPEN),
    ("r", text::MODE_REPLY),
    ("n", text::MODE_INTERNAL),
    ("s", text::KEY_SEVERITY),
    ("p", text::KEY_RESOLUTION),
    ("o", text::ROLES),
    ("Esc", text::BACK),
    ("1–9", text::KEY_QUEUE),
    ("/", text::SEARCH_INCIDENTS),
    ("f", text::FILTERS),
    ("?", text::KEY_LIST),
];

/// The list, open or closed.
#[derive(Default)]
pub struct KeyList {
    open: bool,
    /// Whether it gets the focus once it is drawn.
    focus: bool,
    list: NodeRef,
    keys: Option<KeyListener>,
}

/// What happens to it.
pub enum KeyListMsg {
    /// It was clicked.
    Toggle,
    /// Its key was pressed.
    Asked,
}

impl Component for KeyList {
    type Message = KeyListMsg;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, _: &Context<Self>, msg: KeyListMsg) -> bool {
        self.open = !self.open;
        self.focus = self.open && matches!(msg, KeyListMsg::Asked);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        // The browser does not open it by itself, so that it is known here whether it is open.
        let toggle = ctx.link().callback(|event: MouseEvent| {
            event.prevent_default();
            KeyListMsg::Toggle
        });
        html! {
            <details class="disclosure keys" open={self.open} ref={self.list.clone()}>
                <summary onclick={toggle}>{ say(text::KEYS) }</summary>
                if self.open { <dl>{ for lines() }</dl> }
            </details>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            let link = ctx.link().clone();
            self.keys = platform::on_key(move |key| {
                let asked = key == "?";
                asked.then(|| link.send_message(KeyListMsg::Asked));
                asked
            });
        }
        if let Some(list) = self.list.cast::<Element>().filter(|_| core::mem::take(&mut self.focus)) {
            platform::focus(&list, "summary");
            // The side is long, and the list stands at its end.
            list.scroll_into_view();
        }
    }
}

fn lines() -> impl Iterator<Item = Html> {
    let line = |keys: String, label: Key| {
        html! { <div><dt>{ for keys.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt><dd>{ say(label) }</dd></div> }
    };
    let queues = Queue::ALL.iter().map(move |queue| line(["g ", queue.letter()].concat(), queue.label()));
    KEYS.iter().map(move |(keys, label)| line((*keys).to_owned(), *label)).chain(queues)
}
