//! What stands in the page itself: the live status, and one incident's thread. Neither takes the focus or scrolls the
//! page.

use callpoint_core::{
    model::id::IncidentId,
    text::{self, say},
};
use web_sys::Element;
use yew::{BaseComponent, Renderer, prelude::*};

use super::{Around, shell::SCREEN_STYLES};
use crate::{
    capture::Capture,
    components::{
        badge::{LiveStatus, LiveStatusProps, Variant},
        offline::loading,
    },
    context::use_selection,
    driver::Driver,
    panel::{Panel, Screen},
    platform::shadow::Shadow,
};

/// What [`CallpointStatus`] needs.
#[derive(Clone, PartialEq, Properties)]
pub struct CallpointStatusProps {
    /// How much room it takes.
    #[prop_or_default]
    pub variant: Variant,
}

/// How things are, live, for whoever is signed in. It stands inside a [`Callpoint`](super::Callpoint).
#[component]
pub fn CallpointStatus(props: &CallpointStatusProps) -> Html {
    let around = use_context::<Around>().unwrap_or_default();
    let place = use_in_shadow::<LiveStatus, _>("", (around.handle, props.variant), |(handle, variant)| {
        Some(LiveStatusProps { driver: handle.driver()?, variant: *variant })
    });
    html! { <callpoint-status ref={place} data-theme={around.theme.name()}></callpoint-status> }
}

/// What [`CallpointThread`] needs.
#[derive(Clone, PartialEq, Properties)]
pub struct CallpointThreadProps {
    /// The incident: its id, or a reference that the person's account knows.
    pub incident: AttrValue,
}

/// One incident's thread, as a part of the page. It stands inside a [`Callpoint`](super::Callpoint), and is as tall as
/// it needs to be; where the product's styles give `callpoint-thread` a height, it scrolls inside and stays at its end.
///
/// It counts as read once its end is where somebody can see it.
#[component]
pub fn CallpointThread(props: &CallpointThreadProps) -> Html {
    let around = use_context::<Around>().unwrap_or_default();
    let deps = (around.handle, props.incident.clone());
    let place = use_in_shadow::<PageThread, _>("frame", deps, |(handle, incident)| {
        let driver = handle.driver()?;
        Some(PageThreadProps { driver, incident: incident.clone(), capture: handle.capture() })
    });
    html! { <callpoint-thread ref={place} data-theme={around.theme.name()}></callpoint-thread> }
}

#[derive(Clone, PartialEq, Properties)]
struct PageThreadProps {
    driver: Driver,
    incident: AttrValue,
    capture: Capture,
}

/// The thread, once it is known which one is meant.
#[component]
fn PageThread(props: &PageThreadProps) -> Html {
    let PageThreadProps { driver, incident, capture } = props;
    let wanted = incident.clone();
    let known = use_selection(driver.clone(), move |client| {
        let id = IncidentId::parse(&wanted).or_else(|| client.cache.by_reference(&wanted));
        (id, client.cache.you.is_some())
    });
    match *known {
        (Some(id), _) => html! {
            <Panel key={id.text()} driver={driver.clone()} capture={capture.clone()} alone={true} screen={Screen::Thread(id)} />
        },
        (None, true) => html! { <p class="quiet" role="status">{ say(text::NOT_FOR_YOU) }</p> },
        (None, false) => loading(),
    }
}

/// Draws a component of ours into the shadow root of the element that gets this reference, by itself: the product's
/// own event handlers hear nothing of it.
#[hook]
fn use_in_shadow<C, D>(class: &'static str, deps: D, props: fn(&D) -> Option<C::Properties>) -> NodeRef
where
    C: BaseComponent,
    D: PartialEq + 'static,
{
    let place = use_node_ref();
    let inside = place.clone();
    use_effect_with(deps, move |deps| {
        let mounted = inside.cast::<Element>().zip(props(deps)).and_then(|(host, props)| {
            let shadow = Shadow::attach(&host, &SCREEN_STYLES, class)?;
            Some((Renderer::<C>::with_root_and_props(shadow.inner(), props).render(), shadow))
        });
        move || {
            if let Some((app, shadow)) = mounted {
                app.destroy();
                drop(shadow);
            }
        }
    });
    place
}
