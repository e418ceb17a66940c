// Angular, compiled in the browser: no tool of its own is needed to build it.
import "@angular/compiler";
import { Component, CUSTOM_ELEMENTS_SCHEMA, type OnDestroy, provideZonelessChangeDetection, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { define } from "callpoint/element";

const callpoint = define({
  backend: "https://incidents.vendor.example",
  getToken: () => fetch("/callpoint-token").then((answer) => answer.text()),
});

@Component({
  selector: "vendor-product",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <button (click)="viewed.set(!viewed())">{{ viewed() ? "Leave" : "Come back" }}</button>
    <output>{{ heard().join(" ") }}</output>
    @if (viewed()) {
      <callpoint-widget mode="inline" view="report" />
    }
  `,
})
class Product implements OnDestroy {
  viewed = signal(true);
  heard = signal<string[]>([]);
  off = callpoint.on("report", ({ reference }) => this.heard.update((heard) => [...heard, reference]));

  ngOnDestroy() {
    this.off();
  }
}

void bootstrapApplication(Product, { providers: [provideZonelessChangeDetection()] });
