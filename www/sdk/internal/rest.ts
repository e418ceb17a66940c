// What joins the widget once the form is there: the code of threads and status, and their styles.
import css from "callpoint:rest.css";

declare const __WIDGET_REST_URL__: string | null;

export const join = async (backend: string, first: any, sheet: CSSStyleSheet) => {
  // A fast build is all in one file.
  if (__WIDGET_REST_URL__) {
    await WebAssembly.instantiateStreaming(fetch(backend + __WIDGET_REST_URL__), { first });
  }
  sheet.replaceSync(css);
};
