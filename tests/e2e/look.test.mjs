// What a vendor's colour and a finger ask of the widget's looks.
import assert from "node:assert/strict";
import test from "node:test";
import { BOOT, embed, hold } from "./embedding.mjs";
import { World, shoot } from "./harness.mjs";
import * as step from "./steps.mjs";

/** What is drawn of each matching element: colours as pixels, whatever notation they are computed in. */
const drawn = ({ page }, selector) =>
  page.locator(`callpoint-widget ${selector}`).evaluateAll((elements) => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    const pixel = (...colours) => {
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const grounds = (element) => {
      const found = [];
      for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) found.unshift(getComputedStyle(at).backgroundColor);
      return found;
    };
    return elements.map((element) => {
      const style = getComputedStyle(element);
      const behind = grounds(element);
      return { text: pixel(...behind, style.color), ground: pixel(...behind), line: pixel(...behind.slice(0, -1), style.borderTopColor), around: pixel(...behind.slice(0, -1)) };
    });
  });

const luminance = (pixel) => {
  const [r, g, b] = pixel.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

test("whatever accent a vendor chooses, what is written on it and in it can be read, in light and dark", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  for (const scheme of ["light", "dark"]) {
    for (const accent of ["yellow", "#00f", "white", "black", "#7f7f7f", "#e91e63"]) {
      const ada = await visit(`${accent}, ${scheme}`, { scheme });
      const paint = () => ada.page.evaluate((accent) => document.querySelector("callpoint-widget").style.setProperty("--callpoint-accent", accent), accent);
      const release = await hold(ada.page, "**/*.wasm");
      await paint();
      await step.openForm(ada);
      const readable = async (selector, what, least = 4.5) => {
        const found = await drawn(ada, selector);
        assert.ok(found.length > 0, `${what} is there`);
        for (const { text, ground } of found) assert.ok(contrast(text, ground) >= least, `${what} on ${accent}, ${scheme}: ${text} on ${ground}`);
      };
      await readable(".primary", "the instant form's button");
      release();
      await step.takenOver(ada);
      await readable(".primary", "the button");
      await readable(".fold > summary", "a fold");
      await step.chooseLevel(ada, "SEV2");
      const [{ line, around }] = await drawn(ada, ".level:has(:checked)");
      assert.ok(contrast(line, around) >= 3, `the chosen level's border: ${line} on ${around}`);
      if (accent === "yellow") await shoot(ada, `90-yellow-${scheme}`);
    }
  }
});

/** Every control in the panel that a finger can't meet, and every field that a phone would zoom in on. */
const tooSmall = ({ page }) =>
  page.locator("callpoint-widget .panel").evaluate((panel) => {
    const wrong = [];
    for (const element of panel.querySelectorAll("button, select, textarea, summary, .level, .option, .check, input:not([type=radio], [type=checkbox])")) {
      const { height, width } = element.getBoundingClientRect();
      if (!element.checkVisibility() || !height) continue;
      const name = `${element.tagName}.${element.className} "${(element.ariaLabel ?? element.textContent).slice(0, 30)}"`;
      if (height < 43.9 || width < 43.9) wrong.push(`${name}: ${width} x ${height}`);
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (element.matches("select, textarea, input") && size < 16) wrong.push(`${name}: ${size} px`);
    }
    return wrong;
  });

test("a finger meets every control, and no field makes a phone zoom in", async (t) => {
  const world = await World.create(t, { CALLPOINT_CUSTOMERS_GUESTS: "true" });
  await world.site.declare("ada", "A thread to look at");
  const { visit } = await embed(world, { boot: BOOT });
  const ada = await visit("Ada, on a phone", { width: 390, touch: true });
  const release = await hold(ada.page, "**/*.wasm");
  const fits = async (what) => assert.deepEqual(await tooSmall(ada), [], what);
  await step.openForm(ada);
  await step.widget(ada.page).getByRole("radio").first().waitFor();
  await fits("the instant form");
  release();
  await step.takenOver(ada);
  await fits("the report");
  await step.help(ada).click();
  await fits("the questions");
  await step.goHome(ada);
  await fits("home");
  await step.openOwn(ada, "A thread to look at");
  await step.readsOnce(ada, "A thread to look at");
  await fits("a thread");
  const hosted = await world.visitor("a guest, on a phone", world.site.origin + "/report", { width: 390, touch: true });
  await step.takenOver(hosted);
  assert.deepEqual(await tooSmall(hosted), [], "the hosted page");
});
