// Pictures without an address: drawn on a canvas, which no policy of a page for pictures forbids.
import { el } from "./dom";

/** The pictures that the server gives to be looked at; nothing in them runs. */
export const isPicture = (type: string) => /^image\/(png|jpeg|gif|webp)$/.test(type);

const BOX = 320;

/** Draws a picture, made small, into a box of its own size. */
export const paint = async (box: HTMLElement, blob: Blob) => {
  const whole = await createImageBitmap(blob);
  const scale = Math.min(1, BOX / Math.max(whole.width, whole.height));
  const canvas = el("canvas", { width: Math.max(1, whole.width * scale), height: Math.max(1, whole.height * scale) });
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  // It stands for the button's own name.
  canvas.ariaHidden = "true";
  box.replaceChildren(canvas);
};
