/** Goal: a busy server is waited for and a hung one is not. Method: work that ends only when it is cut, or told to. */
import { expect, test, vi } from "vitest";
import { watchInsert } from "./watch-insert.ts";

function untilCut(signal: AbortSignal): Promise<string> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted by the client")));
  });
}

function options(ask: () => Promise<unknown>) {
  const onStall = vi.fn<() => void>();
  const signal = new AbortController().signal;
  return { signal, stallMs: 20, timeoutMs: 10_000, ask, onStall };
}

test("quick work asks nothing", async () => {
  const ask = vi.fn<() => Promise<unknown>>();
  const watched = options(ask);
  expect(await watchInsert(() => Promise.resolve("done"), watched)).toBe("done");
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(ask).not.toHaveBeenCalled();
  expect(watched.onStall).not.toHaveBeenCalled();
});

test("slow work goes on as long as the server answers other questions", async () => {
  let asked = 0;
  const done = Promise.withResolvers<string>();
  const ask = () => {
    asked += 1;
    if (asked === 3) done.resolve("done");
    return Promise.resolve();
  };
  const watched = options(ask);
  expect(await watchInsert(() => done.promise, watched)).toBe("done");
  expect(watched.onStall).toHaveBeenCalledTimes(3);
});

test("work on a server that answers nothing else is cut, and the reason is said", async () => {
  const watched = options(() => Promise.reject(new Error("no answer")));
  await expect(watchInsert(untilCut, watched)).rejects.toMatchObject({
    code: "INSERT_STALLED",
    message: expect.stringContaining("after 20 ms"),
  });
});

test("work is cut at its limit, whatever the server answers", async () => {
  const watched = { ...options(() => Promise.resolve()), timeoutMs: 50 };
  await expect(watchInsert(untilCut, watched)).rejects.toThrow("not done after 50 ms");
});

test("a failure of the work itself passes through", async () => {
  const watched = options(() => Promise.resolve());
  const failing = () => Promise.reject(new Error("refused"));
  await expect(watchInsert(failing, watched)).rejects.toThrow("refused");
});
