/** Requests at a fixed rate, sent when they are due whether or not those before were answered. */
import { setTimeout as sleep } from "node:timers/promises";
import { fetchAnswer, spent, type Asked, type MeasuredQuestion } from "./ask.ts";
import { makeMix } from "./mix.ts";

export const MIX_NAME = "mix of rollups and ids";

/** Where the answers of rollups came from, of all since the service began. */
export interface SharedAnswers {
  readonly asked: number;
  readonly joined: number;
  readonly kept: number;
}

export async function readShared(url: string): Promise<SharedAnswers> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const count = (source: string): number =>
    Number(new RegExp(`shared_answers_total\\{source="${source}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
  return { asked: count("asked"), joined: count("joined"), kept: count("kept") };
}

export async function measureMix(
  { system, source }: Asked,
  { rate, durationMs }: { readonly rate: number; readonly durationMs: number },
): Promise<MeasuredQuestion> {
  const count = Math.floor((rate * durationMs) / 1000);
  const paths = makeMix(await source.mix(count), count);
  const before = spent(system);
  const pending: Promise<Outcome>[] = [];
  for (let index = 0; index < count; index++) {
    const dueAt = before.atMs + (1000 * index) / rate;
    const waitMs = dueAt - performance.now();
    // oxlint-disable-next-line no-await-in-loop -- the beat
    if (waitMs > 1) await sleep(waitMs);
    pending.push(outcome(system.url + (paths[index] ?? ""), dueAt));
  }
  const outcomes = await Promise.all(pending);
  const after = spent(system);
  const own = after.engine + after.query + after.self - before.engine - before.query - before.self;
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, each) => sum + of(each), 0) / count;
  return {
    kind: "measured",
    name: `${MIX_NAME}, ${rate} requests/s`,
    bar: 100,
    ms: outcomes.map(({ ms }) => ms).toSorted((a, b) => a - b),
    engineMs: (1000 * (after.engine - before.engine)) / count,
    queryMs: (1000 * (after.query - before.query)) / count,
    otherCores: Math.max(
      0,
      ((after.machine - before.machine - own) * 1000) / (after.atMs - before.atMs),
    ),
    rowsRead: mean(({ rowsRead }) => rowsRead),
    bytesRead: mean(({ bytesRead }) => bytesRead),
    answerBytes: mean(({ bytes }) => bytes),
    incomplete: 0,
    failed: outcomes.filter(({ failed }) => failed).length,
    slowestPath: outcomes.reduce((slowest, each) => (each.ms > slowest.ms ? each : slowest)).url,
  };
}

interface Outcome {
  readonly url: string;
  /** From when it was due. */
  readonly ms: number;
  readonly failed: boolean;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly bytes: number;
}

async function outcome(url: string, dueAt: number): Promise<Outcome> {
  const answer = await fetchAnswer(url).catch(() => undefined);
  return {
    url,
    ms: performance.now() - dueAt,
    failed: answer?.status !== 200,
    rowsRead: answer?.meta?.rowsRead ?? 0,
    bytesRead: answer?.meta?.bytesRead ?? 0,
    bytes: answer?.bytes ?? 0,
  };
}
