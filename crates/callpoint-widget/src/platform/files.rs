//! Files, by the page's own script: it lets people choose, drop and paste them, uploads them, and shows those of entries.
//! Where the page has none (a product in Rust), files can't be added, and have their names alone.

use std::rc::Rc;

use callpoint_core::model::{attachment::Attachment, id::AttachmentId};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::Element;

/// The files of what somebody is writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenFiles {
    /// Those that can be sent.
    pub ready: Vec<AttachmentId>,
    /// What they are called.
    pub names: Vec<String>,
    /// Whether some are still uploading.
    pub pending: bool,
    /// Whether some can't be attached.
    pub refused: bool,
    /// Whether files could not be added.
    pub failed: bool,
}

type Hear = dyn Fn(JsValue, JsValue, JsValue, JsValue);

/// Lets people add files in `element` to what they write under `key`, and hears of them.
pub fn watch(files: &Function, element: &Element, key: &str, changed: impl Fn(WrittenFiles) + 'static) {
    let texts = |list: &JsValue| {
        let list = list.dyn_ref::<Array>().map(Array::iter);
        list.into_iter().flatten().filter_map(|text| text.as_string()).collect::<Vec<_>>()
    };
    let any = |number: &JsValue| number.as_f64().unwrap_or_default() > 0.;
    let hear = Closure::<Hear>::new(move |ids: JsValue, names: JsValue, pending: JsValue, refused: JsValue| {
        changed(WrittenFiles {
            ready: texts(&ids).iter().filter_map(|id| AttachmentId::parse(id)).collect(),
            names: texts(&names),
            pending: any(&pending),
            refused: any(&refused),
            failed: ids.is_undefined(),
        });
    });
    call(files, element, &key.into(), &hear.into_js_value());
}

/// What was written under `key` is on its way, with these files.
pub fn sent(files: &Function, key: &str, ids: &[AttachmentId]) {
    let ids: Array = ids.iter().map(|id| JsValue::from(id.text())).collect();
    // What fails in there is its own to say.
    let _ = files.call2(&JsValue::UNDEFINED, &key.into(), &ids);
}

/// Draws the files of an entry into `element`.
pub fn show(files: &Function, element: &Element, attachments: &Rc<[Attachment]>) {
    let rows = attachments.iter().map(|file| {
        #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
        let size = file.size as f64;
        Array::of4(&file.id.text().into(), &(&*file.name).into(), &size.into(), &(&*file.media_type).into())
    });
    call(files, element, &rows.collect::<Array>(), &JsValue::UNDEFINED);
}

fn call(files: &Function, element: &Element, what: &JsValue, changed: &JsValue) {
    let _ = files.call3(&JsValue::UNDEFINED, element, what, changed);
}
