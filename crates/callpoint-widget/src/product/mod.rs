//! Callpoint in a product that is written with Yew: the same client, screens and styles as the elements in JavaScript,
//! in the product's own WebAssembly, without a script.

mod config;
mod event;
mod handle;
mod in_page;
mod labels;
mod shell;

use yew::{AppHandle, Renderer, prelude::*};

pub use config::{CallpointConfig, GetToken, Load, Mode, Position, Redact, Theme};
pub use event::CallpointEvent;
pub use handle::{CallpointHandle, View};
pub use in_page::{CallpointStatus, CallpointStatusProps, CallpointThread, CallpointThreadProps};

use shell::{Host, Shell, ShellProps};

/// What [`Callpoint`] needs.
#[derive(Clone, PartialEq, Properties)]
pub struct CallpointProps {
    /// How the product wants it.
    #[prop_or_default]
    pub config: CallpointConfig,
    /// Hears what happens.
    #[prop_or_default]
    pub on_event: Callback<CallpointEvent>,
    /// The part of the product in which [`CallpointStatus`], [`CallpointThread`] and [`use_callpoint`] find it.
    #[prop_or_default]
    pub children: Html,
}

/// The launcher and its panel, and one client for everything of Callpoint that stands inside.
///
/// The launcher and the panel stand beside the page's body, in a shadow root: the product's styles don't reach them,
/// and what is typed there reaches none of its listeners. Nothing is left behind once the component is gone.
#[component]
pub fn Callpoint(props: &CallpointProps) -> Html {
    let CallpointProps { config, on_event, children } = props;
    let looks = (config.labels.clone(), config.icon.clone());
    let start = (config.backend.clone(), config.get_token.is_some(), config.mode, config.fields.clone(), looks);
    let handle = use_memo(start, |_| CallpointHandle::new());
    handle.renew(config.clone(), on_event.clone());
    let place = use_node_ref();
    let host = use_state(|| None::<Host>);
    {
        let (mode, place, host) = (config.mode, place.clone(), host.clone());
        use_effect_with((*handle).clone(), move |handle| {
            handle.speak();
            let mounted = Mounted::of(handle, mode, &place);
            host.set(mounted.as_ref().map(|mounted| mounted.host.clone()));
            let handle = handle.clone();
            move || {
                if let Some(mounted) = mounted {
                    mounted.app.destroy();
                }
                handle.stop();
            }
        });
    }
    {
        let (theme, position) = (config.theme, config.position);
        use_effect_with(((*host).clone(), theme, position), |(host, theme, position)| {
            if let Some(host) = host {
                host.set("data-theme", Some(theme.name()));
                host.set("data-position", Some(position.name()));
            }
        });
    }
    {
        let eager = config.load == Load::Eager;
        use_effect_with(((*handle).clone(), eager), |(handle, eager)| {
            if *eager {
                handle.driver();
            }
        });
    }
    let context = Around { handle: (*handle).clone(), theme: config.theme };
    html! {
        <ContextProvider<Around> {context}>
            if config.mode == Mode::Inline { <callpoint-widget ref={place} mode="inline"></callpoint-widget> }
            { children.clone() }
        </ContextProvider<Around>>
    }
}

/// The [`Callpoint`] around this component.
#[hook]
pub fn use_callpoint() -> CallpointHandle {
    use_context::<Around>().unwrap_or_default().handle
}

/// What stands around components inside a [`Callpoint`].
#[derive(Clone, Default, PartialEq)]
struct Around {
    handle: CallpointHandle,
    theme: Theme,
}

/// What is mounted of one [`Callpoint`].
struct Mounted {
    host: Host,
    app: AppHandle<Shell>,
}

impl Mounted {
    /// Mounts the launcher and the panel; nothing where the browser can't.
    fn of(handle: &CallpointHandle, mode: Mode, place: &NodeRef) -> Option<Self> {
        let host = match mode {
            Mode::Inline => Host::inline(place.cast()?),
            Mode::Launcher => Host::floating(),
            Mode::None => Host::floating().inspect(|host| host.set("mode", Some("none"))),
        }?;
        host.set("booted", Some(""));
        let props = ShellProps { handle: handle.clone(), host: host.clone() };
        Some(Self { app: Renderer::<Shell>::with_root_and_props(host.root(), props).render(), host })
    }
}

#[cfg(test)]
mod tests {
    use yew::LocalServerRenderer;

    use super::*;

    #[component]
    fn Page() -> Html {
        let get_token = Some(GetToken::new(|| async { Err::<String, _>("nobody is signed in") }));
        let config =
            CallpointConfig { get_token, mode: Mode::Inline, theme: Theme::Dark, ..CallpointConfig::default() };
        html! {
            <Callpoint {config}>
                <CallpointStatus />
                <CallpointThread incident="NW-7" />
            </Callpoint>
        }
    }

    #[tokio::test]
    async fn on_a_server_they_are_empty_elements_for_the_browser_to_fill() {
        let page = LocalServerRenderer::<Page>::new().hydratable(false).render().await;
        let expected = "<callpoint-widget mode=\"inline\"></callpoint-widget>\
            <callpoint-status data-theme=\"dark\"></callpoint-status><callpoint-thread data-theme=\"dark\"></callpoint-thread>";
        assert_eq!(page, expected);
    }

    #[test]
    fn a_token_function_written_anew_begins_nothing_anew() {
        let config = |token: &'static str| CallpointConfig {
            get_token: Some(GetToken::new(move || async move { Ok::<_, String>(token.to_owned()) })),
            ..CallpointConfig::default()
        };
        assert!(config("one") == config("two"));
        assert!(config("one") != CallpointConfig::default());
        assert!(config("one") != CallpointConfig { theme: Theme::Dark, ..config("one") });
    }
}
