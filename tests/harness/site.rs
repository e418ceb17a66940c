//! A running server with a database of its own.

use std::{sync::Arc, time::Duration};

use callpoint_core::{model::id::PersonId, rules::state::State};
use callpoint_server::{
    clock::Clock,
    config::Config,
    http::auth::{self, CustomerClaims, TokenKeys},
    run,
    store::{StaffMember, Store},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{people::Person, postgres};

/// Which database is behind the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// What the made-up vendor's backend signs customer tokens with.
pub const SECRET: &str = "a secret of the tests that is long enough for HS256";

/// A server, and the way to stop it.
pub struct Site {
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    pub database: String,
    /// The server's time of day.
    pub clock: Clock,
    /// What the server was told.
    config: Config,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<anyhow::Result<()>>>,
    _folder: Arc<TempDir>,
}

impl Site {
    /// A server with an empty database, the components `actions` and `pages`, and the staff Mara and Theo.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| ()).await
    }

    /// The same, told more.
    pub async fn start_with(backend: Backend, tell: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let database = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("callpoint.db").display()),
            Backend::Postgres => postgres::database(),
        };
        let mut config = Config { database, ..Config::default() };
        config.vendor.name = "Northwind".to_owned();
        config.vendor.reference_prefix = "NW-".to_owned();
        config.vendor.reference_start = 4127;
        config.vendor.components = vec!["actions=Actions".to_owned(), "pages=Pages".to_owned()];
        config.customers.secret = SECRET.to_owned();
        config.origins = vec!["https://app.northwind.example".to_owned()];
        tell(&mut config);
        let site = Self::serve(config, folder).await;
        let store = site.store().await;
        for (id, name, title, security) in [
            ("mara", "Mara Lind", "Customer success manager", false),
            ("theo", "Theo Park", "Incident commander", true),
        ] {
            let (id, name, title) = (id.to_owned(), name.to_owned(), title.to_owned());
            let (person, email) = (PersonId::parse(&id).unwrap(), format!("{id}@northwind.example"));
            store.put_staff(&StaffMember { id, name, title, security, revoked_at: None }).await.unwrap();
            store.put_email(None, &person, &email).await.unwrap();
        }
        store.close().await;
        site
    }

    async fn serve(config: Config, folder: Arc<TempDir>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(listener, config.clone(), async move { drop(stopped.await) }));
        let (database, clock) = (config.database.clone(), config.clock.clone());
        let mut site = Self { origin, database, clock, config, stop: Some(stop), task: Some(task), _folder: folder };
        let anybody = site.anybody();
        while !anybody.is_ready().await {
            if site.task.as_ref().is_some_and(JoinHandle::is_finished) {
                panic!("the server did not start: {:?}", site.task.take().unwrap().await);
            }
            // It starts sooner with a processor to itself.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        site
    }

    /// Asks the server to end, and waits until it has.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        self.task.take().unwrap().await.unwrap().unwrap();
    }

    /// Stops it and starts another on the same database.
    pub async fn restart(mut self) -> Self {
        self.stop().await;
        Self::serve(self.config.clone(), Arc::clone(&self._folder)).await
    }

    /// Starts it again after it was stopped, on the same database, told something else.
    pub async fn again(self, tell: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        tell(&mut config);
        Self::serve(config, Arc::clone(&self._folder)).await
    }

    /// A second server on the same database, with a time of day of its own, told something else.
    pub async fn beside(&self, tell: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { clock: Clock::default(), ..self.config.clone() };
        tell(&mut config);
        Self::serve(config, Arc::clone(&self._folder)).await
    }

    /// A look into the database beside the server.
    pub async fn store(&self) -> Store {
        Store::open(&self.database, 4127).await.unwrap()
    }

    /// What the made-up vendor's backend says of one of its customers, now.
    pub fn claims(&self, sub: &str, name: &str, account: (&str, &str)) -> CustomerClaims {
        let email = Some(format!("{sub}@{}.example", account.0));
        CustomerClaims { email, ..CustomerClaims::new(sub, name, account, self.clock.now(), 60) }
    }

    pub fn token(&self, sub: &str, name: &str, account: (&str, &str)) -> String {
        TokenKeys::new(SECRET, 0).mint(&self.claims(sub, name, account)).unwrap()
    }

    /// A customer whose account has a tier.
    pub fn of_tier(&self, sub: &str, account: &str, tier: &str) -> Person {
        let mut claims = self.claims(sub, sub, (account, account));
        claims.account.tier = Some(tier.to_owned());
        self.bearer(&TokenKeys::new(SECRET, 0).mint(&claims).unwrap())
    }

    /// Lets time pass.
    pub fn wait(&self, milliseconds: i64) {
        self.clock.forward(milliseconds);
    }

    pub fn anybody(&self) -> Person {
        Person::new(&self.origin, None)
    }

    /// A customer by a token of our own.
    pub fn bearer(&self, token: &str) -> Person {
        Person::with_token(&self.origin, token)
    }

    pub fn ada(&self) -> Person {
        self.bearer(&self.token("ada", "Ada Marsh", ("acme", "Acme Robotics")))
    }

    pub fn ben(&self) -> Person {
        self.bearer(&self.token("ben", "Ben Ortiz", ("acme", "Acme Robotics")))
    }

    pub fn gita(&self) -> Person {
        self.bearer(&self.token("gita", "Gita Rao", ("globex", "Globex Logistics")))
    }

    /// Hugo of Initech, a third account.
    pub fn hugo(&self) -> Person {
        self.bearer(&self.token("hugo", "Hugo Blum", ("initech", "Initech")))
    }

    /// Somebody of staff, signed in by a one-time link.
    pub async fn staff(&self, id: &str) -> Person {
        self.staff_at(id, &self.origin).await
    }

    /// The same at another server on the database.
    pub async fn staff_at(&self, id: &str, origin: &str) -> Person {
        let invite = self.invite(id).await;
        let answer =
            self.anybody().at(origin).post("/v1/staff/session", None, &format!(r#"{{"invite":"{invite}"}}"#)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let cookie = answer.header("set-cookie");
        Person::new(origin, Some(("cookie", cookie.split(';').next().unwrap().to_owned())))
    }

    pub async fn invite(&self, id: &str) -> String {
        let store = self.store().await;
        let token = auth::invite(&store, id, 0, self.clock.now()).await.unwrap();
        store.close().await;
        token.0
    }

    /// The law: what the tables hold is what the events add up to, and the numbers have no gaps.
    pub async fn assert_snapshot_is_fold(&self) {
        let store = self.store().await;
        let (seq, snapshot) = store.everything().await.unwrap();
        let mut fold = State::default();
        let mut last = 0;
        loop {
            // What a connector wrote back since is not in the snapshot.
            let events = store.events_after(last, 100).await.unwrap().into_iter();
            let events: Vec<_> = events.filter(|event| event.seq <= seq).collect();
            if events.is_empty() {
                break;
            }
            for event in events {
                assert_eq!(event.seq, last + 1, "a gap");
                last = event.seq;
                fold.apply(&event);
            }
        }
        store.close().await;
        assert_eq!(seq, last);
        assert_eq!(snapshot, fold);
    }
}
