// Reports where no widget runs that could send them.
import type { Receipt, ReportDraft } from "../../types/callpoint";
import { type Delivery, type Entry, parse, type Session, stored } from "./session";

/** Sends a report without the form, where the widget can't. */
export const report = (draft: ReportDraft, session: Session, emit: (name: string, detail: object) => void) =>
  new Promise<Receipt>((resolve, reject) =>
    session.submit(draft, (delivery) => {
      if (delivery.stage == "refused") reject(Object.assign(new Error(), delivery.problem));
      if (delivery.stage != "received") return;
      emit("report", delivery.receipt);
      resolve(delivery.receipt);
    }),
  );

/** Sends the reports that earlier visits left, where no widget does. */
export const flush = async (session: Session, emit: (name: string, detail: object) => void) => {
  const owner = await session.known();
  const ofOwner = IDBKeyRange.bound([owner], [owner, "\uffff"]);
  for (const text of (await stored<string[]>("readonly", (store) => store.getAll(ofOwner))) ?? []) {
    const entry = parse<Entry>(text);
    const told = (delivery: Delivery) => delivery.stage == "received" && emit("report", delivery.receipt);
    if (entry?.request.report) await session.deliver(entry, true, told);
  }
};
