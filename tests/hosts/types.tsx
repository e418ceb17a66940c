// What the types allow, and what they refuse: a line that they let through though it is wrong fails.
import { boot, type Receipt } from "callpoint";
import { define } from "callpoint/element";
import { Callpoint, CallpointStatus, CallpointThread } from "callpoint/react";

const backend = "https://incidents.vendor.example";
const getToken = async () => "token";
const callpoint = boot({ backend, getToken, theme: "dark", position: "bottom-left", load: "idle", nonce: "c2VjcmV0" });

boot({ backend: [backend, "https://standby.vendor.example"], transport: (request) => fetch(request) });
// @ts-expect-error no Response
boot({ backend, transport: async () => ({ status: 200 }) });
// @ts-expect-error the backend is missing
boot({ getToken });
// @ts-expect-error a misspelled option
boot({ backend, gettoken: getToken });
// @ts-expect-error no such theme
boot({ backend, theme: "black" });
// @ts-expect-error not a function
define({ backend, getToken: "token" });

const receipt: Promise<Receipt> = callpoint.report({ what: "The export is empty.", severity: 2 });
void receipt;
callpoint.show("thread:0190a8c0-0000-7000-8000-000000000001");
callpoint.update({ release: "2026.11" });
// @ts-expect-error no such view
callpoint.show("settings");
// @ts-expect-error a misspelled field
void callpoint.report({ whta: "The export is empty." });
// @ts-expect-error no such verb
callpoint.start();

const off: () => void = callpoint.on("report", ({ reference, seq }) => `${reference.toUpperCase()} ${seq.toFixed()}`);
off();
// @ts-expect-error no such event
callpoint.on("reported", () => {});
// @ts-expect-error no such field in the detail
callpoint.on("unread", ({ total }) => total);
document.addEventListener("callpoint:unread", ({ detail }) => detail.count.toFixed());

const element: HTMLElement = document.createElement("callpoint-widget");
export const page = [
  element,
  <callpoint-widget mode="inline" view="report" theme="dark" />,
  <CallpointStatus variant="banner" />,
  <CallpointThread incident="0190a8c0-0000-7000-8000-000000000001" />,
  <Callpoint backend={backend} mode="none" onReport={({ reference }) => reference.toUpperCase()} onUnread={({ count }) => count.toFixed()} />,
  // @ts-expect-error no such mode
  <Callpoint backend={backend} mode="popup" />,
  // @ts-expect-error no such event
  <Callpoint backend={backend} onReported={() => {}} />,
  // @ts-expect-error no such variant
  <callpoint-status variant="pill" />,
];
