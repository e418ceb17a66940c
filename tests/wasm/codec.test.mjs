// The browser's codec and serde_json read and write the wire types alike: both are held to the same snapshots. It needs
// no browser, only a JavaScript engine; `cargo xtask test codec` builds what it runs.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

test("every value of the wire's snapshots is read and written as serde_json does", () => {
  const { check } = createRequire(import.meta.url)(process.env.CALLPOINT_CODEC);
  assert.deepEqual(check(), []);
});
