/** Goal: a tail is only led back by a look that is newer than itself. Method: looks that are answered when the test says. */
import { afterEach, expect, test } from "vitest";
import { createAdmission } from "../clickhouse/admission.ts";
import { createAnswers } from "../http/answers.ts";
import { DEFAULT_LIMITS } from "../options.ts";
import { createQueryMetrics } from "../telemetry/metrics.ts";
import { runTail } from "./tail.ts";
import { Watermark } from "./watermark.ts";

const looks: ((newest: bigint) => void)[] = [];
const watermark = new Watermark({
  pollMs: 1,
  read: () => new Promise((answer) => looks.push(answer)),
});
const metrics = createQueryMetrics({
  admission: createAdmission(DEFAULT_LIMITS),
  answers: createAnswers(DEFAULT_LIMITS),
});
const leaving = new AbortController();
afterEach(() => {
  leaving.abort();
  watermark.close();
});

/** Answers the look that is under way, once there is one. */
async function answer(newest: bigint): Promise<void> {
  await expect.poll(() => looks.length).toBe(1);
  looks.pop()?.(newest);
}

/** @returns what the tail reads, as `after..upTo`, from now on */
function open(after: bigint): readonly string[] {
  const ranges: string[] = [];
  void runTail(
    {
      kind: "logs",
      stream: { send: () => undefined, end: () => undefined, waitingBytes: 0 },
      watermark,
      limits: DEFAULT_LIMITS,
      metrics,
      read: (range) => {
        ranges.push(`${range.after}..${range.upTo}`);
        return Promise.resolve({ rows: [], matched: 0 });
      },
      signal: leaving.signal,
    },
    after,
  );
  return ranges;
}

test("a look that began before a tail does not lead it back; a table that was made anew does", async () => {
  const earlier = open(9n);
  await expect.poll(() => looks.length).toBe(1);
  // What is stored meanwhile this one knows already.
  const later = open(11n);
  await answer(10n);
  await answer(11n);
  await answer(12n);
  await answer(2n);
  await answer(3n);
  await expect.poll(() => earlier).toEqual(["9..10", "10..11", "11..12", "2..3"]);
  expect(later).toEqual(["11..12", "2..3"]);
});
