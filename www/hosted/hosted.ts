// Starts the widget on the hosted pages around it. Which view it shows stands on the element.
import type {} from "../sdk/internal/loader";

const calls: unknown[][] = [];
window.callpoint ??= Object.assign((...call: unknown[]) => calls.push(call), { q: calls });
window.callpoint("boot", {});
