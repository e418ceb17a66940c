//! Builds nodes by plain calls. `html!` says the same and reads more like HTML, but unrolls each element into
//! several times the code: without it the widget is 9 kB smaller after compression.

use std::rc::Rc;

use callpoint_core::text::{Key, say};
use yew::{
    AttrValue, Callback, Html, InputEvent, MouseEvent, NodeRef,
    virtual_dom::{AttributeOrProperty, Attributes, Listener, VList, VTag, VText},
};

use crate::msg::{Field, Msg};

/// Every attribute that a node may have. Yew keeps the attributes of nodes that are not made by `html!` in a hash map,
/// and the code of it is a kilobyte and more; one list of names for all needs none of it.
const NAMES: &[&str] = &[
    "class",
    "type",
    "name",
    "rows",
    "role",
    "aria-live",
    "aria-label",
    "placeholder",
    "aria-invalid",
    "tabindex",
    "dir",
    "title",
    "d",
    "viewBox",
    "aria-hidden",
    "value",
    "selected",
    "disabled",
    "aria-pressed",
    "aria-checked",
    "novalidate",
    "open",
    "r",
    "cx",
    "cy",
    "href",
    "rel",
    "target",
];

/// An element under construction; boxed, so that each call passes one word.
pub struct Node(Box<Parts>);

struct Parts {
    tag: VTag,
    /// By the places of their names in [`NAMES`].
    attributes: Vec<Option<AttributeOrProperty>>,
    listeners: Vec<Option<Rc<dyn Listener>>>,
    children: Vec<Html>,
}

/// Begins an element; an empty `class` stands for none.
#[must_use]
#[inline(never)]
pub fn el(name: &'static str, class: &'static str) -> Node {
    let parts = Parts {
        tag: VTag::new(name),
        attributes: vec![None; NAMES.len()],
        listeners: Vec::new(),
        children: Vec::new(),
    };
    let node = Node(Box::new(parts));
    if class.is_empty() { node } else { node.word("class", class) }
}

/// A button that sends `msg`; not one that submits a form.
#[must_use]
pub fn button(class: &'static str, send: &Callback<Msg>, msg: Msg) -> Node {
    el("button", class).word("type", "button").click(send, msg)
}

impl Node {
    /// Sets an attribute that is made up at run time.
    #[must_use]
    #[inline(never)]
    pub fn attr(self, name: &'static str, value: String) -> Self {
        self.set(name, value.into())
    }

    /// Sets an attribute to a fixed word.
    #[must_use]
    #[inline(never)]
    pub fn word(self, name: &'static str, value: &'static str) -> Self {
        self.set(name, AttrValue::Static(value))
    }

    #[inline(never)]
    fn set(mut self, name: &'static str, value: AttrValue) -> Self {
        let place = NAMES.iter().position(|known| *known == name);
        debug_assert!(place.is_some(), "{name} belongs into the list of names");
        if let Some(slot) = place.and_then(|at| self.0.attributes.get_mut(at)) {
            *slot = Some(AttributeOrProperty::Attribute(value));
        }
        self
    }

    /// Sets an attribute to words that people read or hear.
    #[must_use]
    #[inline(never)]
    pub fn words(self, name: &'static str, key: Key) -> Self {
        self.word(name, say(key))
    }

    /// Sets an attribute that is there or not.
    #[must_use]
    #[inline(never)]
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.word(name, "") } else { self }
    }

    /// Sets an ARIA state.
    #[must_use]
    #[inline(never)]
    pub fn state(self, name: &'static str, on: bool) -> Self {
        self.word(name, if on { "true" } else { "false" })
    }

    /// Adds one more class.
    #[must_use]
    #[inline(never)]
    pub fn class(self, first: &str, second: &str) -> Self {
        self.attr("class", [first, second].join(" "))
    }

    /// Tells it from its neighbours, so that it keeps its place in the page.
    #[must_use]
    #[inline(never)]
    pub fn key(mut self, key: String) -> Self {
        self.0.tag.key = Some(key.into());
        self
    }

    /// Adds a node.
    #[must_use]
    #[inline(never)]
    pub fn put(mut self, child: Html) -> Self {
        self.0.children.push(child);
        self
    }

    /// Adds an element.
    #[must_use]
    #[inline(never)]
    pub fn with(self, child: Self) -> Self {
        self.put(child.html())
    }

    /// Adds text that is made up at run time. Text stays text, whatever stands in it.
    #[must_use]
    #[inline(never)]
    pub fn text(self, text: &str) -> Self {
        self.put(VText::new(text.to_owned()).into())
    }

    /// Adds fixed words.
    #[must_use]
    #[inline(never)]
    pub fn say(self, key: Key) -> Self {
        self.put(VText::new(say(key)).into())
    }

    /// Adds what a list of nodes holds.
    #[must_use]
    #[inline(never)]
    pub fn list(mut self, children: Vec<Html>) -> Self {
        self.0.children.extend(children);
        self
    }

    /// Sends `msg` when clicked.
    #[must_use]
    #[inline(never)]
    pub fn click(self, send: &Callback<Msg>, msg: Msg) -> Self {
        let send = send.clone();
        let clicked = Callback::from(move |_: MouseEvent| send.emit(msg.clone()));
        self.on(Rc::new(yew::html::onclick::Wrapper::new(clicked)))
    }

    /// Makes it a field: what stands in it, and where it goes when typed into.
    #[must_use]
    #[inline(never)]
    pub fn field(mut self, value: &str, send: &Callback<Msg>, field: Field) -> Self {
        self.0.tag.set_value(AttrValue::from(value.to_owned()));
        let send = send.clone();
        let typed = Callback::from(move |event: InputEvent| send.emit(Msg::typed(field, &event)));
        self.word("dir", "auto").on(Rc::new(yew::html::oninput::Wrapper::new(typed)))
    }

    /// Adds a listener.
    #[must_use]
    #[inline(never)]
    pub fn on(mut self, listener: Rc<dyn Listener>) -> Self {
        self.0.listeners.push(Some(listener));
        self
    }

    /// Lets `place` find it in the page.
    #[must_use]
    #[inline(never)]
    pub fn place(mut self, place: &NodeRef) -> Self {
        self.0.tag.node_ref = place.clone();
        self
    }

    /// The finished node.
    #[inline(never)]
    pub fn html(self) -> Html {
        let Parts { mut tag, attributes, listeners, children } = *self.0;
        tag.attributes = Attributes::Dynamic { keys: NAMES, values: attributes.into() };
        if !listeners.is_empty() {
            tag.set_listeners(listeners.into());
        }
        if let Some(place) = tag.children_mut() {
            *place = together(children);
        }
        tag.into()
    }
}

/// Nothing.
pub fn nothing() -> Html {
    Html::default()
}

/// Several nodes where one is asked for.
pub fn together(nodes: Vec<Html>) -> Html {
    VList::with_children(nodes, None).into()
}
