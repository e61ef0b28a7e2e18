import { createRandom, TraceBuilder, type FixtureTrace } from "./fixture-data.ts";
import { chatty } from "./fixture-chatty.ts";
import { deep, hostile, logsOnly, orphans, silent, wide } from "./fixture-odd.ts";
import { browse, checkout, mail } from "./fixture-shop.ts";

/** Ids of the traces that pages, screenshots and tests ask for by name. */
export const NAMED = {
  checkout: "c0ffee00c0ffee00c0ffee00c0ffee00",
  hostile: "bad0bad0bad0bad0bad0bad0bad0bad0",
  deep: "deeb0000deeb0000deeb0000deeb0000",
  wide: "31de000031de000031de000031de0000",
  orphans: "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
  silent: "511e0000511e0000511e0000511e0000",
  chatty: "cafe0000cafe0000cafe0000cafe0000",
  logsOnly: "10900000109000001090000010900000",
  large: "50005000500050005000500050005000",
  huge: "50000000500000005000000050000000",
} as const;

type Random = () => number;

/** @returns traces of the last three hours, oldest first, the named ones among them */
export function generateTraces(nowMs: number, count = 420): readonly FixtureTrace[] {
  const random = createRandom(20261120);
  const traces: FixtureTrace[] = [];
  for (let i = 0; i < count; i++) {
    const ageMs = (1 - i / count) ** 2 * 3 * 3_600_000 + random() * 20_000;
    traces.push(oneOf(hex(random), nowMs - 30_000 - ageMs, random));
  }
  const named = (id: string, ageMs: number) => new TraceBuilder(id, nowMs - ageMs, createRandom(7));
  traces.push(
    logsOnly(named(NAMED.logsOnly, 26_000)),
    wide(named(NAMED.wide, 22_000), 900),
    deep(named(NAMED.deep, 18_000), 300),
    orphans(named(NAMED.orphans, 14_000)),
    chatty(named(NAMED.chatty, 13_000)),
    silent(named(NAMED.silent, 12_000)),
    hostile(named(NAMED.hostile, 10_000)),
    checkout(named(NAMED.checkout, 6_000), createRandom(3), true),
  );
  return traces;
}

/** Traces of many spans are made only when they are asked for. */
const ON_ASKING: ReadonlyMap<string, (builder: TraceBuilder) => FixtureTrace> = new Map([
  [NAMED.huge, (builder) => wide(builder, 50_000)],
  [NAMED.large, (builder) => wide(builder, 5000)],
]);

const made = new Map<string, FixtureTrace>();

/** @returns undefined for an id that names none of them */
export function largeTrace(traceId: string, nowMs: number): FixtureTrace | undefined {
  const make = ON_ASKING.get(traceId);
  const known = made.get(`${traceId} ${nowMs}`);
  if (make === undefined || known !== undefined) return known;
  const trace = make(new TraceBuilder(traceId, nowMs - 60_000, createRandom(9)));
  made.set(`${traceId} ${nowMs}`, trace);
  return trace;
}

function hex(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
}

function oneOf(traceId: string, startMs: number, random: Random): FixtureTrace {
  const builder = new TraceBuilder(traceId, startMs, random);
  const dice = random();
  if (dice < 0.4) return browse(builder, random);
  if (dice < 0.75) return checkout(builder, random, random() < 0.18);
  if (dice < 0.8) return orphans(builder);
  return mail(builder, random);
}
