/** Goal: the mix is what its description says, and the same in every run. */
import { expect, test } from "vitest";
import { makeMix, type MixSource } from "./mix.ts";

const source: MixSource = {
  traceIds: Array.from({ length: 2_000 }, (_, index) => `t${index}`),
  services: Array.from({ length: 50 }, (_, index) => `s${index}`),
  startMicros: 1e15,
  endMicros: 1e15 + 86_400e6,
};
const mix = makeMix(source, 4_000);

function share(of: (path: string) => boolean, among: readonly string[] = mix): number {
  return among.filter(of).length / among.length;
}

test("two of five requests open a trace, and no trace is opened twice", () => {
  const traces = mix.filter((path) => path.startsWith("/api/traces/"));
  expect(traces.length / mix.length).toBeCloseTo(0.4, 1);
  expect(new Set(traces).size).toBe(traces.length);
});

test("six in ten look at the last hour, and who looks at another has it alone", () => {
  const rollups = mix.filter((path) => !path.startsWith("/api/traces/"));
  expect(share((path) => path.endsWith("from=now-1h&to=now"), rollups)).toBeCloseTo(0.6, 1);
  const own = rollups.filter((path) => !path.includes("now"));
  expect(own.length / rollups.length).toBeCloseTo(0.15, 1);
  expect(new Set(own).size).toBe(own.length);
});

test("the first tenth of the services is looked at by a third of the people", () => {
  const named = mix.flatMap((path) => /service=s(\d+)/.exec(path)?.[1] ?? []);
  expect(share((name) => Number(name) < 5, named)).toBeCloseTo(1 / 3, 1);
});

test("it is the same in every run", () => {
  expect(makeMix(source, 4_000)).toEqual(mix);
});
