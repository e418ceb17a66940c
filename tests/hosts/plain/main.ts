import { boot, type Receipt } from "callpoint";

const callpoint = boot({
  backend: "https://incidents.vendor.example",
  getToken: () => fetch("/callpoint-token").then((r) => (r.ok ? r.text() : Promise.reject(r.status))),
  release: "2026.11",
});

const received = ({ reference }: Receipt) => (document.querySelector("output")!.textContent = reference);
callpoint.on("report", received);

document.querySelector("button")!.onclick = () => callpoint.show("report", { what: "The export is empty." });
