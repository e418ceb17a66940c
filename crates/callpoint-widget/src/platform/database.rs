//! The outbox on this device: IndexedDB `callpoint` 1, store `outbox`, the JSON text of each submission under
//! `[owner, id]`. A write counts once it has reached the disk.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{
    Event, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode,
    window,
};

const DATABASE: &str = "callpoint";
const VERSION: u32 = 1;
const STORE: &str = "outbox";

#[wasm_bindgen]
extern "C" {
    /// A database whose transactions take options, which web-sys has only among its unstable APIs.
    #[wasm_bindgen(extends = IdbDatabase)]
    type DurableDatabase;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &DurableDatabase,
        store: &str,
        mode: IdbTransactionMode,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// What is done in a transaction.
type Work<'a> = &'a dyn Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>;

/// The outbox of everybody who uses this device.
#[derive(Default)]
pub struct OutboxStore {
    /// The database, once it is open.
    database: RefCell<Option<Promise>>,
}

impl OutboxStore {
    /// Stores a submission. Whether it has reached the disk.
    pub async fn save(&self, owner: &str, id: &str, json: &str) -> bool {
        let (key, json) = (Array::of2(&owner.into(), &id.into()), json.into());
        self.run(IdbTransactionMode::Readwrite, &|store| store.put_with_key(&json, &key)).await.is_ok()
    }

    /// Removes a submission.
    pub async fn remove(&self, owner: &str, id: &str) {
        let key = Array::of2(&owner.into(), &id.into());
        // What could not be removed is sent again under its own id, which changes nothing.
        let _ = self.run(IdbTransactionMode::Readwrite, &|store| store.delete(&key)).await;
    }

    /// What is stored for this owner; empty if it can't be read.
    pub async fn load(&self, owner: &str) -> Vec<String> {
        let (first, last) = (Array::of1(&owner.into()), Array::of2(&owner.into(), &"\u{ffff}".into()));
        let texts = self
            .run(IdbTransactionMode::Readonly, &|store| {
                store.get_all_with_key(&IdbKeyRange::bound(&first, &last)?.into())
            })
            .await;
        texts.map(|texts| Array::from(&texts).iter().filter_map(|text| text.as_string()).collect()).unwrap_or_default()
    }

    /// Lets go of the database; who still writes opens it anew.
    pub fn close(&self) {
        if let Some(opening) = self.database.take() {
            spawn_local(async move {
                if let Ok(database) = JsFuture::from(opening).await {
                    database.unchecked_into::<IdbDatabase>().close();
                }
            });
        }
    }

    /// Does `work` in a transaction of its own. Twice if need be: a browser may close a database underneath a page.
    async fn run(&self, mode: IdbTransactionMode, work: Work<'_>) -> Result<JsValue, JsValue> {
        let mut outcome = self.attempt(mode, work).await;
        if outcome.is_err() {
            self.database.take();
            outcome = self.attempt(mode, work).await;
        }
        if outcome.is_err() {
            self.database.take();
        }
        outcome
    }

    async fn attempt(&self, mode: IdbTransactionMode, work: Work<'_>) -> Result<JsValue, JsValue> {
        let strict = Object::new();
        Reflect::set(&strict, &"durability".into(), &"strict".into())?;
        let transaction = self.open().await?.transaction(STORE, mode, &strict)?;
        let request = work(&transaction.object_store(STORE)?)?;
        settled(&|resolve, reject| {
            transaction.set_oncomplete(Some(resolve));
            transaction.set_onabort(Some(reject));
            transaction.set_onerror(Some(reject));
        })
        .await?;
        request.result()
    }

    /// The open database; whoever asks while it is being opened waits for the same one.
    async fn open(&self) -> Result<DurableDatabase, JsValue> {
        let running = self.database.borrow().clone();
        let opening = running.unwrap_or_else(|| {
            let opening = future_to_promise(open());
            self.database.replace(Some(opening.clone()));
            opening
        });
        JsFuture::from(opening).await.map(JsCast::unchecked_into)
    }
}

async fn open() -> Result<JsValue, JsValue> {
    let factory = window().map(|window| window.indexed_db()).transpose()?.flatten();
    let request = factory.ok_or(JsValue::UNDEFINED)?.open_with_u32(DATABASE, VERSION)?;
    let upgrade = Closure::<dyn Fn()>::new({
        let request = request.clone();
        move || create(&request)
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    settled(&|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    })
    .await?;
    request.set_onupgradeneeded(None);
    let database: IdbDatabase = request.result()?.unchecked_into();
    // Another page that deletes or upgrades the database must not have to wait for this one. It holds nothing, so that
    // it goes with the database.
    let outdated = Closure::<dyn Fn(Event)>::new(|event: Event| {
        if let Some(database) = event.target() {
            database.unchecked_into::<IdbDatabase>().close();
        }
    });
    database.set_onversionchange(Some(outdated.into_js_value().unchecked_ref()));
    Ok(database.into())
}

fn create(request: &IdbOpenDbRequest) {
    let database = request.result().ok().map(JsCast::unchecked_into::<IdbDatabase>);
    if let Some(database) = database {
        // Were it to fail, the opening would fail with it.
        let _ = database.create_object_store(STORE);
    }
}

/// Waits for one of the two functions to be called, the second one meaning failure.
fn settled(listen: &dyn Fn(&Function, &Function)) -> JsFuture {
    Promise::new(&mut |resolve, reject| listen(&resolve, &reject)).into()
}
