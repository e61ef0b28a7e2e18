/** Goal: one asking for all who wait, kept for its time and within its room, and ended when nobody waits. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClientGone } from "../problem/query-error.ts";
import { createAnswers, type SharedAnswer } from "./answers.ts";

interface Answer extends SharedAnswer {
  readonly text: string;
}
const answer = (text: string, size = 10): Answer => ({ text, size, complete: true });
const stays = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function create(limits: { answersKeptMs?: number; answersKeptMaxBytes?: number } = {}) {
  let atMs = 0;
  const answers = createAnswers<Answer>(
    { answersKeptMs: 1_000, answersKeptMaxBytes: 25, ...limits },
    () => atMs,
  );
  const pass = (ms: number): void => {
    atMs += ms;
    vi.advanceTimersByTime(ms);
  };
  return { answers, pass };
}

/** Work that ends when it is told to, and knows whether it was ended. */
function work() {
  const done = Promise.withResolvers<Answer>();
  const signals: AbortSignal[] = [];
  return {
    ...done,
    signals,
    run: (signal: AbortSignal) => {
      signals.push(signal);
      return done.promise;
    },
  };
}

test("who asks while the same is being asked gets that answer", async () => {
  const { answers } = create();
  const first = work();
  const both = [answers.share("a", stays, first.run), answers.share("a", stays, first.run)];
  await Promise.resolve();
  first.resolve(answer("one"));
  const [one, two] = await Promise.all(both);
  expect([one?.answer.text, two?.answer.text]).toEqual(["one", "one"]);
  expect(first.signals).toHaveLength(1);
  expect(answers.counts()).toMatchObject({ asked: 1, joined: 1, kept: 0 });
});

test("an answer is kept for its time, and says how old it is", async () => {
  const { answers, pass } = create();
  await answers.share("a", stays, async () => answer("one"));
  pass(999);
  expect(await answers.share("a", stays, async () => answer("two"))).toEqual({
    answer: answer("one"),
    ageMs: 999,
  });
  pass(1);
  expect(answers.counts().bytes).toBe(0);
  expect((await answers.share("a", stays, async () => answer("two"))).answer.text).toBe("two");
  expect(answers.counts()).toMatchObject({ asked: 2, joined: 0, kept: 1 });
});

test("other questions have answers of their own", async () => {
  const { answers } = create();
  await answers.share("a", stays, async () => answer("one"));
  expect((await answers.share("b", stays, async () => answer("two"))).answer.text).toBe("two");
});

test("nothing is kept for no time", async () => {
  const { answers } = create({ answersKeptMs: 0 });
  await answers.share("a", stays, async () => answer("one"));
  expect((await answers.share("a", stays, async () => answer("two"))).answer.text).toBe("two");
  expect(answers.counts()).toMatchObject({ asked: 2, bytes: 0, evicted: 0 });
});

test("the oldest make room, and what is larger than all room is not kept", async () => {
  const { answers } = create();
  for (const key of ["a", "b", "c"]) {
    // oxlint-disable-next-line no-await-in-loop -- one is older than the next
    await answers.share(key, stays, async () => answer(key));
  }
  expect(answers.counts()).toMatchObject({ bytes: 20, evicted: 1 });
  await answers.share("large", stays, async () => answer("large", 26));
  expect(answers.counts()).toMatchObject({ bytes: 20, evicted: 2 });
  await answers.share("c", stays, async () => answer("again"));
  expect(answers.counts().kept).toBe(1);
  expect((await answers.share("a", stays, async () => answer("again"))).answer.text).toBe("again");
});

test("the asking goes on while one still waits, and ends with the last who leaves", async () => {
  const { answers } = create();
  const first = work();
  const [one, two] = [new AbortController(), new AbortController()];
  const asked = [one, two].map(({ signal }) => answers.share("a", signal, first.run));
  const ends = Promise.allSettled(asked);
  await Promise.resolve();
  one.abort();
  expect(first.signals[0]?.aborted).toBe(false);
  two.abort();
  expect(first.signals[0]?.aborted).toBe(true);
  for (const end of await ends) expect(end).toMatchObject({ reason: expect.any(ClientGone) });
  const second = work();
  const again = answers.share("a", stays, second.run);
  // What the ended asking still gives is nobody's.
  first.resolve(answer("late"));
  second.resolve(answer("new"));
  expect((await again).answer.text).toBe("new");
});

test("who stays gets the answer though the first who asked has left", async () => {
  const { answers } = create();
  const first = work();
  const leaving = new AbortController();
  const left = answers.share("a", leaving.signal, first.run).catch((error: unknown) => error);
  const stayed = answers.share("a", stays, first.run);
  leaving.abort();
  expect(await left).toBeInstanceOf(ClientGone);
  first.resolve(answer("one"));
  expect((await stayed).answer.text).toBe("one");
});

test("a failure is everybody's who waits, and nobody's after", async () => {
  const { answers } = create();
  const first = work();
  const ends = Promise.allSettled([
    answers.share("a", stays, first.run),
    answers.share("a", stays, first.run),
  ]);
  first.reject(new Error("away"));
  for (const end of await ends) expect(end).toMatchObject({ status: "rejected" });
  expect((await answers.share("a", stays, async () => answer("two"))).answer.text).toBe("two");
});

test("who has left before asking asks nothing", async () => {
  const { answers } = create();
  await expect(
    answers.share("a", AbortSignal.abort(), async () => answer("one")),
  ).rejects.toBeInstanceOf(ClientGone);
  expect(answers.counts().asked).toBe(0);
});
