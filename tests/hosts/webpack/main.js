// Plain JavaScript in webpack, under a policy that lets scripts in by their nonce, and with a misspelled option, of
// which nobody hears before it runs.
import { boot } from "callpoint";

const callpoint = boot({
  backend: "https://incidents.vendor.example",
  getToken: () => fetch("/callpoint-token").then((answer) => answer.text()),
  nonce: document.currentScript.nonce,
  relase: "2026.11",
});
const button = document.createElement("button");
button.textContent = "Something wrong?";
button.onclick = () => callpoint.show("report");
const output = document.createElement("output");
document.body.append(button, output);
callpoint.on("report", ({ reference }) => (output.textContent = reference));
