// Elements, and the shapes of the widget's views. Text stays text: nodes, never HTML.
type Child = Node | string;

export const CROSS = "M3.6 2 8 6.4 12.4 2 14 3.6 9.6 8l4.4 4.4-1.6 1.6L8 9.6 3.6 14 2 12.4 6.4 8 2 3.6z";
export const CHECK = "M6.4 13 1.8 8.4l1.7-1.7 2.9 2.9 6.1-6.1 1.7 1.7z";
export const ARROW_BACK = "M10.5 2 12 3.5 7.5 8l4.5 4.5-1.5 1.5-6-6z";

/** An element with these properties; a text is its class. */
export const el = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  given: string | Partial<HTMLElementTagNameMap[K]> = "",
  ...children: Child[]
) => {
  const element = document.createElement(name);
  Object.assign(element, typeof given == "string" ? { className: given } : given);
  element.append(...children);
  return element;
};

export const button = (className: string, onclick: () => void, ...children: Child[]) =>
  el("button", { className, onclick, type: "button" }, ...children);

/** Drawn as the launcher's own shape is: of a path, in a box of 16 by 16. */
export const shape = (path: string) => {
  const svg = document.querySelector("callpoint-widget")!.shadowRoot!.querySelector("svg")!.cloneNode(true) as SVGElement;
  svg.setAttribute("class", "shape");
  svg.firstElementChild!.setAttribute("d", path);
  return svg;
};

export const icon = (label: string, path: string, press: () => void) =>
  Object.assign(button("icon", press, shape(path)), { ariaLabel: label });

/** Words with their marks filled in. */
export const fill = (words: string, values: Record<string, string>) =>
  words.replace(/{(\w+)}/g, (_, name: string) => values[name] ?? "");
