// Pictures of the screen, and what somebody does to a picture before it is attached: crop, highlight, hide. What is hidden
// or cut off is in no pixel of what leaves this module, and neither is anything that a file knew besides its pixels.
import { button, el, fill } from "./dom";
import { type Area, draw, type Mark, normal, render, type Tool } from "./marks";
import * as text from "callpoint:text";

/** No picture is worked on in more pixels than that on a side. */
const MOST = 4096;

const WORDS: Record<Tool, string> = { hide: text.TOOL_HIDE, highlight: text.TOOL_HIGHLIGHT, crop: text.TOOL_CROP };

/** A picture of the screen that the person chooses in their browser, edited; nothing if they change their mind. */
export const shoot = async (near: HTMLElement) => {
  let stream: MediaStream;
  try {
    // The page that they are on is offered first, where the browser knows how.
    const wanted = { video: true, audio: false, preferCurrentTab: true, selfBrowserSurface: "include" };
    stream = await navigator.mediaDevices.getDisplayMedia(wanted);
  } catch (error) {
    if (error instanceof DOMException && /^(NotAllowed|Abort)Error$/.test(error.name)) return;
    throw error;
  }
  const { host } = near.getRootNode() as ShadowRoot;
  const shown = host instanceof HTMLElement ? host.style.visibility : "";
  const end = () => stream.getTracks().forEach((track) => track.stop());
  try {
    // The widget may have gone while they chose.
    if (!near.isConnected) return;
    // What they write is not what they want to show.
    if (host instanceof HTMLElement) host.style.visibility = "hidden";
    const video = el("video", { srcObject: stream, muted: true, playsInline: true });
    await video.play();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const picture = await createImageBitmap(video);
    end();
    return await edit(near, picture, () => host instanceof HTMLElement && (host.style.visibility = shown));
  } finally {
    end();
    if (host instanceof HTMLElement) host.style.visibility = shown;
  }
};

/** Lets somebody edit a picture; nothing if they change their mind. */
export const edit = async (near: HTMLElement, given: Blob | ImageBitmap, opened = () => {}) => {
  const whole = given instanceof Blob ? await createImageBitmap(given) : given;
  const scale = Math.min(1, MOST / Math.max(whole.width, whole.height));
  const source = el("canvas", { width: Math.round(whole.width * scale), height: Math.round(whole.height * scale) });
  source.getContext("2d")!.drawImage(whole, 0, 0, source.width, source.height);
  whole.close();
  const { width, height } = source;

  return new Promise<Blob | undefined>((resolve, reject) => {
    const marks: Mark[] = [];
    let tool: Tool = "hide";
    let dragged: { x: number; y: number } | undefined;

    const canvas = el("canvas", { width, height, tabIndex: 0, role: "application", ariaLabel: text.EDITOR_TITLE });
    const told = Object.assign(el("p", "quiet"), { role: "status" });
    const undo = button("", () => (marks.pop(), show()), text.UNDO);
    const tools = (Object.keys(WORDS) as Tool[]).map((name) =>
      button("chip", () => ((tool = name), show()), WORDS[name]),
    );

    const show = () => {
      draw(canvas, source, marks);
      tools.forEach((chip, at) => (chip.ariaPressed = String(Object.keys(WORDS)[at] == tool)));
      undo.disabled = !marks.length;
    };
    const say = () => {
      const last = marks.at(-1);
      if (!last) return (told.textContent = "");
      const part = (of: number, whole: number) => String(Math.round((100 * of) / whole));
      const { x, y } = last.area;
      return (told.textContent = fill(text.EDITOR_AREA, {
        tool: WORDS[last.tool],
        left: part(x, width),
        top: part(y, height),
        width: part(last.area.width, width),
        height: part(last.area.height, height),
      }));
    };
    const close = (blob?: Blob) => {
      gone.disconnect();
      dialog.close();
      dialog.remove();
      // Nothing of it stays in memory either.
      source.width = canvas.width = 0;
      resolve(blob);
    };

    const at = ({ clientX, clientY }: PointerEvent) => {
      const box = canvas.getBoundingClientRect();
      return { x: ((clientX - box.left) * width) / box.width, y: ((clientY - box.top) * height) / box.height };
    };
    const put = (area: Area) => {
      const within = normal(area, width, height);
      if (within) marks[marks.length - 1] = { tool, area: within };
      show();
    };
    canvas.onpointerdown = (event) => {
      if (event.button) return;
      event.preventDefault();
      canvas.focus();
      canvas.setPointerCapture(event.pointerId);
      dragged = at(event);
      marks.push({ tool, area: { ...dragged, width: 1, height: 1 } });
    };
    canvas.onpointermove = (event) => {
      if (!dragged) return;
      const to = at(event);
      put({ ...dragged, width: to.x - dragged.x, height: to.y - dragged.y });
    };
    canvas.onpointerup = canvas.onpointercancel = () => {
      const last = marks.at(-1);
      // A press that was no drag.
      if (dragged && last && (last.area.width < 3 || last.area.height < 3)) marks.pop();
      dragged = undefined;
      show();
      say();
    };
    const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    canvas.onkeydown = (event) => {
      const [dx, dy] = ARROWS[event.key] ?? [];
      const last = marks.at(-1);
      if (event.key == "Enter") {
        marks.push({ tool, area: { x: width / 4, y: height / 4, width: width / 2, height: height / 2 } });
        put(marks.at(-1)!.area);
      } else if (dx != undefined && dy != undefined && last) {
        const step = Math.max(1, Math.round(Math.max(width, height) / (event.altKey ? 500 : 50)));
        const { area } = last;
        const [ofX, ofY] = [dx * step, dy * step];
        tool = last.tool;
        put(
          event.shiftKey
            ? { ...area, width: Math.max(3, area.width + ofX), height: Math.max(3, area.height + ofY) }
            : { ...area, x: clamp(area.x + ofX, width - area.width), y: clamp(area.y + ofY, height - area.height) },
        );
      } else if ((event.key == "z" && (event.ctrlKey || event.metaKey)) || event.key == "Backspace") {
        marks.pop();
        show();
      } else return;
      event.preventDefault();
      say();
    };

    const attach = button("primary", () => void render(source, marks).then(close, (why) => (close(), reject(why))), text.ATTACH);
    const title = el("h2", { id: "callpoint-editor" }, text.EDITOR_TITLE);
    const dialog = el(
      "dialog",
      { className: "picture-editor" },
      title,
      el("p", "quiet", text.EDITOR_HELP),
      Object.assign(el("div", "chips", ...tools, undo), { role: "group", ariaLabel: text.EDITOR_TITLE }),
      el("div", "stage", canvas),
      told,
      el("div", "ends", button("", () => close(), text.CANCEL), attach),
    );
    dialog.setAttribute("aria-labelledby", title.id);
    // The page and the panel behind it hear none of its keys.
    dialog.onkeydown = (event) => event.stopPropagation();
    dialog.oncancel = (event) => {
      event.preventDefault();
      close();
    };
    // Nothing that is taken out of the page has a size any more.
    const gone = new ResizeObserver(() => dialog.isConnected || close());
    (near.closest(".frame") ?? document.body).append(dialog);
    gone.observe(dialog);
    opened();
    dialog.showModal();
    show();
    canvas.focus();
  });
};

const clamp = (value: number, most: number) => Math.min(Math.max(0, value), most);
