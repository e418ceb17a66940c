//! A product in Rust that has Callpoint in its pages: the status in its header, a launcher, a button of its own, and
//! the thread of the last report. It uses nothing but what the crate documents.

use callpoint_widget::{
    Callpoint, CallpointConfig, CallpointEvent, CallpointStatus, CallpointThread, GetToken, Receipt, Variant, View,
    use_callpoint,
};
use wasm_bindgen::prelude::wasm_bindgen;
use yew::prelude::*;

/// The product's own picture of a problem.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='24' height='24'%3E%3Ccircle cx='12' cy='12' r='9' fill='white'/%3E%3C/svg%3E";

/// The product's own session would know who is signed in; here it is whoever the page names.
async fn fetch_token(person: AttrValue) -> Result<String, gloo_net::Error> {
    gloo_net::http::Request::get(&["/callpoint-token/", &person].concat()).send().await?.text().await
}

fn backend() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let body = document.and_then(|document| document.query_selector("[data-backend]").ok()?);
    body.and_then(|body| body.get_attribute("data-backend")).unwrap_or_default()
}

#[component]
fn App() -> Html {
    let person = use_state(|| Some(AttrValue::from("ada")));
    let received = use_state(|| None::<Receipt>);
    let keys = use_state(|| 0);
    let on_event = {
        let received = received.clone();
        Callback::from(move |event: CallpointEvent| {
            if let CallpointEvent::Report(receipt) = event {
                received.set(Some(receipt));
            }
        })
    };
    let enter = |who: Option<&'static str>| {
        let (person, received) = (person.clone(), received.clone());
        Callback::from(move |_: MouseEvent| {
            received.set(None);
            person.set(who.map(AttrValue::from));
        })
    };
    let onkeydown = {
        let keys = keys.clone();
        Callback::from(move |_: KeyboardEvent| keys.set(*keys + 1))
    };
    let product = person.as_ref().map(|person| {
        let name = person.clone();
        let config = CallpointConfig {
            backend: backend(),
            get_token: Some(GetToken::new(move || fetch_token(name.clone()))),
            release: Some("host 1.0".to_owned()),
            labels: [("Describe it in your own words".to_owned(), "Which parcels are late?".to_owned())].into(),
            icon: Some(ICON.to_owned()),
            ..CallpointConfig::default()
        };
        html! {
            <Callpoint key={person.as_str()} {config} {on_event}>
                <header><CallpointStatus variant={Variant::Card} /></header>
                <Help />
                if let Some(receipt) = &*received {
                    <p id="receipt">{ ["Your report is ", &receipt.reference].concat() }</p>
                    <CallpointThread incident={receipt.incident.text()} />
                }
            </Callpoint>
        }
    });
    html! {
        <main {onkeydown}>
            <h1>{ "Northwind in Rust" }</h1>
            <p><label>{ "Search " }<input /></label>{ " " }<output id="keys">{ *keys }</output></p>
            <p>
                <button onclick={enter(None)}>{ "Sign out" }</button>
                <button onclick={enter(Some("gita"))}>{ "Sign in as Gita" }</button>
            </p>
            { product }
        </main>
    }
}

/// A button of the product's own.
#[component]
fn Help() -> Html {
    let callpoint = use_callpoint();
    let onclick = Callback::from(move |_: MouseEvent| callpoint.show(View::Status));
    html! { <p><button {onclick}>{ "Is anything wrong?" }</button></p> }
}

/// Puts the product into the page.
#[wasm_bindgen(start)]
pub fn start() {
    yew::Renderer::<App>::new().render();
}
