/** Long work in slices, so that the page answers in between. */
const SLICE_MS = 10;

/** Lets the browser handle what waits: input, frames, other tasks. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

/** Work that says where it may be interrupted. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** @returns a function to call between pieces of work: it waits when a slice's time is over, and only then */
export function createRests(): () => Promise<void> {
  let until = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() < until) return;
    await pause();
    until = performance.now() + SLICE_MS;
  };
}

/** @throws the signal's reason when it is aborted */
export async function inSlices<T>(steps: Steps<T>, signal: AbortSignal): Promise<T> {
  const rest = createRests();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await rest();
    signal.throwIfAborted();
  }
}
