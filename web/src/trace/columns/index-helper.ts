/**
 * A large trace is indexed beside the page. The worker is started while the answer is waited for; where none can be
 * started, or it fails, the page indexes by itself, in slices.
 */
// oxlint-disable-next-line import/default -- Vite makes it: where the built worker is
import workerUrl from "./index-worker.ts?worker&url";
import type { FlatModel } from "./flat-model.ts";
import type { WorkerAnswer, WorkerQuestion } from "./index-worker.ts";

/** An answer that takes longer is a large trace's, most likely; the worker is ready when it comes. */
const START_AFTER_MS = 80;

export interface IndexHelper {
  /** @returns undefined when the page has to do it; fails with the signal's reason when that is aborted */
  readonly index: (bytes: WorkerQuestion, signal: AbortSignal) => Promise<FlatModel | undefined>;
  /** Nobody needs it any more. */
  readonly end: () => void;
}

export function awaitHelper(): IndexHelper {
  let worker: Started | undefined;
  const start = () => (worker ??= startWorker());
  const timer = setTimeout(start, START_AFTER_MS);
  return {
    index: async (bytes, signal) => {
      clearTimeout(timer);
      const helper = start();
      return helper === undefined ? undefined : askWorker(helper.worker, bytes, signal);
    },
    end: () => {
      clearTimeout(timer);
      if (worker !== undefined) endWhenReady(worker);
    },
  };
}

interface Started {
  readonly worker: Worker;
  readonly isReady: Promise<unknown>;
}

function startWorker(): Started | undefined {
  try {
    const worker = new Worker(trusted(workerUrl), { type: "module" });
    const isReady = new Promise((resolve) => {
      for (const event of ["message", "error"])
        worker.addEventListener(event, resolve, { once: true });
    });
    return { worker, isReady };
  } catch {
    return undefined;
  }
}

/** One that is ended while its file comes leaves a request that never ends. */
function endWhenReady({ worker, isReady }: Started): void {
  void isReady.then(() => worker.terminate());
}

/** The pages' policy asks for it; it makes no other address than the worker's. */
function trusted(url: string): string {
  const types: unknown = Reflect.get(window, "trustedTypes");
  if (!hasPolicies(types)) return url;
  const policy = types.createPolicy("throughline-worker", { createScriptURL: () => workerUrl });
  return policy.createScriptURL(url);
}

interface Policies {
  readonly createPolicy: (
    name: string,
    rules: { readonly createScriptURL: () => string },
  ) => { readonly createScriptURL: (url: string) => string };
}

function hasPolicies(types: unknown): types is Policies {
  return typeof types === "object" && types !== null && "createPolicy" in types;
}

function askWorker(
  worker: Worker,
  bytes: WorkerQuestion,
  signal: AbortSignal,
): Promise<FlatModel | undefined> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerAnswer>) => {
      if (data !== "ready") resolve(data);
    });
    worker.addEventListener("error", () => resolve(undefined));
    worker.addEventListener("messageerror", () => resolve(undefined));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    // Copied, in a millisecond or two: the page reads names and ids from them.
    worker.postMessage(bytes);
  });
}
