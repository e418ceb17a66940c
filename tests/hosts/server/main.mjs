// A server that renders pages: it imports everything, and finds no window.
import assert from "node:assert/strict";
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { boot } from "callpoint";
import { define } from "callpoint/element";
import { Callpoint, CallpointStatus, useCallpoint } from "callpoint/react";

const backend = "https://incidents.vendor.example";

for (const callpoint of [boot({ backend }), define({ backend })]) {
  callpoint.show("report");
  callpoint.on("report", () => {})();
  await assert.rejects(callpoint.report({ what: "Nobody is here." }), /needs a browser/);
  await assert.rejects(callpoint.status(), /needs a browser/);
  await callpoint.shutdown();
}

const Product = () => h("p", { title: typeof useCallpoint().show }, h(CallpointStatus, { variant: "dot" }));
assert.equal(renderToString(h(Product)), '<p title="function"><callpoint-status variant="dot"></callpoint-status></p>');
assert.equal(renderToString(h(Callpoint, { backend })), "");
assert.equal(renderToString(h(Callpoint, { backend, mode: "inline", onReport() {} })), '<callpoint-widget mode="inline"></callpoint-widget>');
console.log("rendered");
