// The recipes of docs/tokens.md, each run by its own language: the server knows whom their tokens name, and refuses what
// another secret has signed. A language that is not on this machine is skipped and named; the recipe in Rust is tested
// in tests/contract/tokens.rs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
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

test("the recipes for tokens", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-recipes-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const cwd = path.join(folder, "tokens");
  await cp(fileURLToPath(new URL("../../www/examples/tokens", import.meta.url)), cwd, { recursive: true });
  const site = new Site(folder, { CALLPOINT_CUSTOMERS_SECRET: SECRET });
  t.after(() => site.stop());
  await site.start();

  const run = async ([program, ...words], secret = SECRET) =>
    (await promisify(execFile)(program, words, { cwd, env: { ...process.env, CALLPOINT_CUSTOMERS_SECRET: secret } })).stdout.trim();
  const status = async (token) => {
    const answer = await fetch(site.origin + "/v1/status", { headers: { Authorization: `Bearer ${token}` } });
    return { code: answer.status, told: await answer.json() };
  };

  for (const [language, ways] of Object.entries(RECIPES)) {
    await t.test(language, async (t) => {
      let recipe;
      for (const [needs, work] of ways) recipe ??= await run(needs).then(() => work, () => undefined);
      if (!recipe) return t.skip(`${language}, or what its recipe needs, is not on this machine`);
      const { code, told } = await status(await run(recipe));
      assert.equal(code, 200, JSON.stringify(told));
      assert.deepEqual([told.you.person, told.you.account.id], ["4127", "acme"]);
      const refused = await status(await run(recipe, "another secret that is also long enough"));
      assert.deepEqual([refused.code, refused.told.code], [401, "token_invalid"]);
    });
  }
});
