// Staff sign in through a provider of others, a certified one, and out of it again. Its answers that must open nothing are
// in tests/contract/oidc.rs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { World, accessible, chapters, shoot } from "./harness.mjs";
import * as step from "./steps.mjs";

/** Who the provider knows, by what they are called there, and in which groups they are. */
const PEOPLE = {
  mara: { name: "Mara Lind", groups: ["support"] },
  tilda: { name: "Tilda Berg", groups: ["support", "red-team"] },
  eve: { name: "Eve Sales", groups: ["sales"] },
};

/** The provider, on a host of its own: to a browser, `localhost` is another site than 127.0.0.1. */
async function provide(world) {
  const folder = path.join(world.folder, "provider");
  await cp(fileURLToPath(new URL("../provider", import.meta.url)), folder, { recursive: true });
  const words = ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await promisify(execFile)("npm", words, { cwd: folder });
  const { default: Provider } = await import(pathToFileURL(path.join(folder, "node_modules/oidc-provider/lib/index.js")));
  const server = http.createServer();
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const issuer = `http://localhost:${server.address().port}`;
  const account = (_, id) => PEOPLE[id] && {
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, email: `${id}@northwind.example`, email_verified: true, ...PEOPLE[id] }),
  };
  const begin = (origin) => {
    const provider = new Provider(issuer, {
      clients: [{
        client_id: "callpoint", client_secret: "a secret of the provider's", redirect_uris: [`${origin}/console/sign-in/callback`],
        post_logout_redirect_uris: [`${origin}/console`],
      }],
      claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email", "email_verified"] },
      cookies: { keys: ["of the tests"] },
      findAccount: account,
    });
    server.on("request", provider.callback());
  };
  world.ends(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }));
  return { issuer, begin };
}

/** Somebody types their name at the provider's, and agrees that it says who they are. */
async function identify({ page }, who) {
  await page.locator("[name=login]").fill(who);
  await page.locator("[name=password]").fill("whatever");
  await page.locator("[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const signIn = ({ page }) => page.getByRole("link", { name: "Sign in with Northwind ID" }).click();
const signOut = ({ page }) => page.getByRole("button", { name: "Sign out" }).click();
// The provider's own pages, and what is refused on the way, are none of ours.
const tolerates = /localhost|fonts\.googleapis\.com|status of 40[0134]/;

test("staff sign in and out through the vendor's provider, and get to where they were going", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const provider = await provide(world);
  provider.begin(site.origin);
  await site.stop();
  Object.assign(site.settings, {
    CALLPOINT_PUBLIC_URL: site.origin, CALLPOINT_OIDC_ISSUER: provider.issuer, CALLPOINT_OIDC_CLIENT_ID: "callpoint",
    CALLPOINT_OIDC_CLIENT_SECRET: "a secret of the provider's", CALLPOINT_OIDC_NAME: "Northwind ID",
    CALLPOINT_OIDC_ID_CLAIM: "preferred_username", CALLPOINT_OIDC_ROLES: "support=staff, red-team=security",
  });
  await site.start();
  const arm = await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  const secret = await site.declare("hugo", "Salaries are open to all.", { answers: { security: true } });
  const mara = await world.visitor("Mara", `${site.origin}/console/incidents/${arm}`, { width: 1440, tolerates });

  await chapter("the button leads to the provider, and back to the incident", async () => {
    await mara.page.getByRole("link", { name: "Sign in with Northwind ID" }).waitFor();
    await accessible(mara.page, "the gate with a provider");
    await shoot(mara, "sign-in-with-provider");
    await signIn(mara);
    await identify(mara, "mara");
    await mara.page.locator("#incident-title").getByText("The arm stops").waitFor();
    assert.equal(new URL(mara.page.url()).search.includes("code="), false);
    const cookies = await mara.page.context().cookies(site.origin);
    assert.deepEqual(cookies.filter(({ name }) => name.startsWith("callpoint")).map(({ name, sameSite }) => [name, sameSite]),
      [["callpoint_session", "Strict"]]);
    // Not what is sealed: her group does not open that.
    const told = (address) => mara.page.evaluate(async (address) => (await fetch(address)).status, address);
    assert.deepEqual([await told(`/v1/incidents/${arm}`), await told(`/v1/incidents/${secret}`)], [200, 404]);
  });

  await chapter("whoever signs out here can sign out there too, and is asked for their name again", async () => {
    await mara.page.goto(`${site.origin}/console`);
    await step.row(mara, "The arm stops").waitFor();
    await signOut(mara);
    await mara.page.getByRole("link", { name: "Sign out of Northwind ID" }).click();
    await mara.page.getByRole("button", { name: /sign me out/i }).click();
    await mara.page.getByRole("link", { name: "Sign in with Northwind ID" }).waitFor();
    assert.equal(new URL(mara.page.url()).origin, site.origin);
    await signIn(mara);
    await mara.page.locator("[name=login]").waitFor();
  });

  await chapter("a group opens sealed incidents", async () => {
    const tilda = await world.visitor("Tilda", `${site.origin}/console`, { width: 1440, tolerates });
    await signIn(tilda);
    await identify(tilda, "tilda");
    await step.row(tilda, "Salaries are open").waitFor();
  });

  await chapter("whoever is in no such group reads why, and has no session", async () => {
    const eve = await world.visitor("Eve", `${site.origin}/console`, { tolerates });
    await signIn(eve);
    await identify(eve, "eve");
    await eve.page.getByText("Your Northwind ID account isn't in a group that has access").waitFor();
    await accessible(eve.page, "the page that refuses");
    await shoot(eve, "sign-in-refused");
    const cookies = await eve.page.context().cookies(site.origin);
    assert.deepEqual(cookies.filter(({ name }) => name.startsWith("callpoint")), []);
    await eve.page.reload();
    await eve.page.getByText("This sign-in took too long").waitFor();
  });

  await chapter("a one-time link goes on to work beside it", async () => {
    const theo = await world.visitor("Theo", `${site.origin}/demo/console?as=theo`, { width: 1440 });
    await step.row(theo, "Salaries are open").waitFor();
  });
});
