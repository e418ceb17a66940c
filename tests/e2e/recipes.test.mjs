// The recipes of docs/tokens.md, each run by its own language: the server knows whom their tokens name, and refuses what
// another secret or key has signed. A language that is not on this machine is skipped and named; the recipe in Rust is tested
// in tests/contract/tokens.rs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Site } from "./harness.mjs";

const SECRET = "a secret of the tests that is long enough for HS256";
const JARS = "/usr/share/java/*";
const jwt = ["-c", "import jwt"];

/** By language: commands that succeed where what the recipe needs is there, each with the one that then runs it. */
const RECIPES = {
  Node: [[["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], ["node", "mint.mjs"]]],
  // The system's own has Debian's packages, whichever else comes first on the path.
  Python: ["python3", "/usr/bin/python3"].map((python) => [[python, ...jwt], [python, "mint.py"]]),
  Ruby: [[["ruby", "-e", 'require "jwt"'], ["ruby", "mint.rb"]]],
  PHP: [[["php", "--version"], ["php", "mint.php"]]],
  Go: [[["go", "version"], ["go", "run", "mint.go"]]],
  Java: [[["javap", "-cp", JARS, "com.fasterxml.jackson.databind.ObjectMapper"], ["java", "-cp", JARS, "Mint.java"]]],
};

/** The same for those that sign with a private key of this kind. */
const KEY_RECIPES = {
  Node: ["ed25519", [[["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], ["node", "keys.mjs"]]]],
  Python: ["ed25519", ["python3", "/usr/bin/python3"].map((python) => [[python, "-c", "import jwt, cryptography"], [python, "keys.py"]])],
  Ruby: ["rsa", [[["ruby", "-e", 'require "jwt"'], ["ruby", "keys.rb"]]]],
  Go: ["ed25519", [[["go", "version"], ["go", "run", "keys.go"]]]],
};

/** A private key in PEM, and how the server is told of the public one. */
const keyPair = (kind) => {
  const { publicKey, privateKey } = generateKeyPairSync(kind, { modulusLength: 2048 });
  const pem = (key, type) => key.export({ format: "pem", type });
  return { signing: pem(privateKey, "pkcs8"), told: `{ id = "2026-11", pem = """${pem(publicKey, "spki")}""" }` };
};

test("the recipes for tokens", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-recipes-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const cwd = path.join(folder, "tokens");
  await cp(fileURLToPath(new URL("../../www/examples/tokens", import.meta.url)), cwd, { recursive: true });
  const keys = { ed25519: keyPair("ed25519"), rsa: keyPair("rsa") };
  const told = `[${keys.ed25519.told}, ${keys.rsa.told}]`;
  const site = new Site(folder, { CALLPOINT_CUSTOMERS_SECRET: SECRET, CALLPOINT_CUSTOMERS_KEYS: told });
  t.after(() => site.stop());
  await site.start();

  const run = async ([program, ...words], given = {}) =>
    (await promisify(execFile)(program, words, { cwd, env: { ...process.env, ...given } })).stdout.trim();
  const status = async (token) => {
    const answer = await fetch(site.origin + "/v1/status", { headers: { Authorization: `Bearer ${token}` } });
    return { code: answer.status, told: await answer.json() };
  };
  /** One recipe, with what the server takes and with what it does not. */
  const recipe = async (t, language, ways, good, foreign) => {
    let found;
    for (const [needs, work] of ways) found ??= await run(needs).then(() => work, () => undefined);
    if (!found) return t.skip(`${language}, or what its recipe needs, is not on this machine`);
    const { code, told } = await status(await run(found, good));
    assert.equal(code, 200, JSON.stringify(told));
    assert.deepEqual([told.you.person, told.you.account.id], ["4127", "acme"]);
    const refused = await status(await run(found, foreign));
    assert.deepEqual([refused.code, refused.told.code], [401, "token_invalid"]);
  };

  for (const [language, ways] of Object.entries(RECIPES)) {
    const secret = (secret) => ({ CALLPOINT_CUSTOMERS_SECRET: secret });
    const foreign = secret("another secret that is also long enough");
    await t.test(language, (t) => recipe(t, language, ways, secret(SECRET), foreign));
  }
  for (const [language, [kind, ways]] of Object.entries(KEY_RECIPES)) {
    const key = ({ signing }) => ({ CALLPOINT_SIGNING_KEY: signing });
    await t.test(`${language}, with a key of its own`, (t) =>
      recipe(t, language, ways, key(keys[kind]), key(keyPair(kind))));
  }
});
