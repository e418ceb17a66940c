// People read their own language, from the launcher to the thread, on the status page as in the widget.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, shoot, sidewaysScroll } from "./harness.mjs";
import { widget } from "./steps.mjs";

/** Browsers' languages, and what people with them read. */
const READERS = [
  ["ar-EG", "ar", "rtl"], ["de-AT", "de", "ltr"], ["es-MX", "es", "ltr"], ["fr-CA", "fr", "ltr"], ["he-IL", "he", "rtl"],
  ["ja-JP", "ja", "ltr"], ["pt-PT", "pt-BR", "ltr"], ["zh-CN", "zh-Hans", "ltr"],
];
/** Those who go on to the thread, and whose screens are kept as pictures: long words, no spaces, right to left. */
const SHOWN = ["ar", "de", "ja"];

/** What stands on the screen for the English, by the words that the server gives. */
const speaker = async (site, lang) => {
  const { words } = await (await fetch(`${site.origin}/v1/locales/${lang}`)).json();
  return (english) => words[english] ?? assert.fail(`${lang} has no words for ${english}`);
};

test("a report is written, sent and followed in each language", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  for (const [locale, lang, dir] of READERS) {
    await t.test(lang, async () => {
      const say = await speaker(site, lang);
      const reader = await world.visitor(lang, site.origin + "/demo?as=ada", { width: 390, locale });
      const panel = widget(reader.page).locator(".panel");
      const press = (name) => panel.getByRole("button", { name: say(name), exact: true }).click();
      await widget(reader.page).getByRole("button", { name: say("Report a problem"), exact: true }).first().click();
      // Whoever has open incidents may be shown those.
      await reader.page.evaluate(() => callpoint("show", "report"));
      await panel.getByLabel(say("What's going wrong?")).fill("Label printer 7 is out of order.");
      assert.deepEqual(await panel.evaluate(({ lang, dir }) => ({ lang, dir })), { lang, dir });
      // Only the widget's own form helps to choose.
      await panel.getByText(say("Help me choose")).click();
      await panel.getByText(say("We can't work, or we're losing data")).waitFor();
      if (!SHOWN.includes(lang)) return reader.context.close();
      await panel.getByRole("group", { name: say("Who is affected?") }).getByRole("button", { name: say("Everyone") }).click();
      await panel.getByRole("radio", { name: /SEV2/ }).click();
      await accessible(reader.page, `the form in ${lang}`, "callpoint-widget");
      await shoot(reader, `70-form-${lang}`);
      await press("Send report");
      await panel.getByText(say("We've got your report.")).waitFor();
      await press("Open thread");
      await panel.locator(".timeline .entry").filter({ hasText: say("reported this as {level}").replace("{level}", "SEV2") }).first().waitFor();
      await panel.getByText(say("Not acknowledged yet")).first().waitFor();
      assert.deepEqual(await sidewaysScroll(reader.page, "callpoint-widget"), []);
      await accessible(reader.page, `a thread in ${lang}`, "callpoint-widget");
      await shoot(reader, `71-thread-${lang}`);
      await reader.context.close();
    });
  }
});

test("the status page is read in the browser's language", async (t) => {
  const world = await World.create(t);
  for (const [locale, lang, dir] of READERS) {
    const say = await speaker(world.site, lang);
    const reader = await world.visitor(lang, world.site.origin + "/", { width: 390, locale });
    await reader.page.getByRole("heading", { name: say("Incident history") }).waitFor();
    assert.deepEqual(await reader.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [lang, dir]);
    await accessible(reader.page, `the status page in ${lang}`);
    assert.deepEqual(await sidewaysScroll(reader.page), []);
    if (SHOWN.includes(lang)) await shoot(reader, `72-status-${lang}`);
    await reader.context.close();
  }
});

test("the page says which language it is, and a language that there is not is English", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const page = (query, options) => ({
    html: `<!doctype html><title>A product</title><script src="${site.origin}/v1/loader.js${query}"></script>
      <script>callpoint("boot", ${options})</script><main>A product</main>`,
  });
  const { origin } = await world.host({
    "/option": page("", "{ locale: 'fr' }"),
    "/address": page("?lang=de", "{}"),
    "/other": page("?lang=de", "{ locale: 'ja' }"),
    "/none": page("?lang=tlh", "{ locale: 'zh-TW' }"),
  });
  const title = "Report a problem";
  const reads = async (path, label, form) => {
    const reader = await world.visitor(path, origin + path, { locale: "en-GB" });
    const launcher = widget(reader.page).locator(".launcher");
    assert.equal(await launcher.getAttribute("aria-label"), label, path);
    await launcher.click();
    // The instant form, and what the widget puts in its place.
    await widget(reader.page).getByRole("heading", { name: form }).waitFor();
    await reader.context.close();
  };
  await reads("/option", title, (await speaker(site, "fr"))(title));
  await reads("/address", (await speaker(site, "de"))(title), (await speaker(site, "de"))(title));
  await reads("/other", (await speaker(site, "de"))(title), (await speaker(site, "ja"))(title));
  await reads("/none", title, title);
});
