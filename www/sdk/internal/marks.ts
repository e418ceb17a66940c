// What somebody marks on a picture, in its own pixels; how it looks while they do, and what is made of it in the end.
import { el } from "./dom";

export type Tool = "hide" | "highlight" | "crop";

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Mark {
  tool: Tool;
  area: Area;
}

/** An area in whole pixels within the picture, each pixel that it touches included; none where nothing of it is. */
export const normal = ({ x, y, width, height }: Area, most: number, high: number): Area | undefined => {
  const left = Math.max(0, Math.floor(Math.min(x, x + width)));
  const top = Math.max(0, Math.floor(Math.min(y, y + height)));
  const right = Math.min(most, Math.ceil(Math.max(x, x + width)));
  const bottom = Math.min(high, Math.ceil(Math.max(y, y + height)));
  if (right <= left || bottom <= top) return;
  return { x: left, y: top, width: right - left, height: bottom - top };
};

/** Paints highlights, and over them what is hidden: opaque, so that nothing shines through. */
const paint = (context: CanvasRenderingContext2D, marks: Mark[], unit: number) => {
  for (const { tool, area } of marks) {
    if (tool != "highlight") continue;
    context.fillStyle = "rgb(255 214 0 / .25)";
    context.fillRect(area.x, area.y, area.width, area.height);
    context.strokeStyle = "#e0a800";
    context.lineWidth = unit * 3;
    context.strokeRect(area.x, area.y, area.width, area.height);
  }
  context.globalAlpha = 1;
  context.fillStyle = "#000";
  for (const { tool, area } of marks) if (tool == "hide") context.fillRect(area.x, area.y, area.width, area.height);
};

const cropOf = (marks: Mark[], width: number, height: number): Area =>
  marks.findLast(({ tool }) => tool == "crop")?.area ?? { x: 0, y: 0, width, height };

const unitOf = ({ width, height }: HTMLCanvasElement) => Math.max(1, Math.round(Math.max(width, height) / 900));

/** As it is looked at: what is cut off is dimmed. */
export const draw = (canvas: HTMLCanvasElement, source: HTMLCanvasElement, marks: Mark[]) => {
  const { width, height } = source;
  const context = canvas.getContext("2d")!;
  const crop = cropOf(marks, width, height);
  context.drawImage(source, 0, 0);
  paint(context, marks, unitOf(source));
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(crop.x, crop.y, crop.width, crop.height);
  context.fillStyle = "rgb(0 0 0 / .6)";
  context.fill("evenodd");
};

/** As it is sent: a new picture of the pixels that are left, and of nothing else. */
export const render = (source: HTMLCanvasElement, marks: Mark[]) => {
  const { x, y, width, height } = cropOf(marks, source.width, source.height);
  const canvas = el("canvas", { width, height });
  const context = canvas.getContext("2d")!;
  context.translate(-x, -y);
  context.drawImage(source, 0, 0);
  paint(context, marks, unitOf(source));
  return new Promise<Blob>((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
};
