// Files that are being added, as this device keeps them: so that a reload, or a browser that ends, loses none.
import { attempt } from "./session";

/** A file that is kept. */
export interface Kept {
  id: string;
  /** What it is added to. */
  key: string;
  /** Whose it is; nobody's yet, where it is in memory alone. */
  owner: string | undefined;
  name: string;
  blob: Blob;
}

const STORE = "files";

/** Where the device says that it keeps files of somebody. */
const KEPT = "callpoint:files";

/** Whether this device keeps files of anybody. */
export const anyKept = () => attempt(() => localStorage.getItem(KEPT));

/** Runs one transaction; nothing comes of it where this device stores nothing. */
const run = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> => {
  try {
    const opening = indexedDB.open("callpoint-files", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    await new Promise((resolve, reject) => {
      opening.onsuccess = resolve;
      opening.onerror = reject;
    });
    const transaction = opening.result.transaction(STORE, mode);
    opening.result.close();
    const request = work(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    });
    return request.result;
  } catch {
    return;
  }
};

/** Keeps a file until it is sent or removed. */
export const keep = async ({ id, key, owner, name, blob }: Kept) => {
  if (!owner) return;
  attempt(() => localStorage.setItem(KEPT, "1"));
  await run("readwrite", (store) => store.put({ name, blob }, [owner, key, id]));
};

/** Keeps a file no longer. */
export const release = async ({ id, key, owner }: Kept) => {
  if (!owner) return;
  await run("readwrite", (store) => store.delete([owner, key, id]));
  if ((await run("readonly", (store) => store.count())) === 0) attempt(() => localStorage.removeItem(KEPT));
};

/** What an earlier visit left of this person for this key. */
export const keptOf = async (owner: string, key: string): Promise<Kept[]> => {
  const range = IDBKeyRange.bound([owner, key], [owner, key, []]);
  const ids = (await run("readonly", (store) => store.getAllKeys(range))) ?? [];
  const files: { name: string; blob: Blob }[] = (await run("readonly", (store) => store.getAll(range))) ?? [];
  return files.map(({ name, blob }, at) => ({ id: (ids[at] as string[])[2]!, key, owner, name, blob }));
};
