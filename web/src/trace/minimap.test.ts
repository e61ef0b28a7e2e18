/** Goal: the small picture never hides a failure or a log, however many rows share a pixel. */
import { expect, test } from "vitest";
import { finish } from "../lib/slices.ts";
import type { Rgb } from "../ui/read-color.ts";
import { minimapSteps } from "./minimap.ts";
import { log, span, trace } from "./testing.ts";
import { indexTrace, type TraceIndex } from "./trace-index.ts";

const SIZE = { width: 200, height: 50 };
const ERROR: Rgb = [255, 0, 0];
const LOG: Rgb = [0, 0, 255];
const COLORS = { ofService: (): Rgb => [0, 128, 0], error: ERROR, log: LOG };

function paint(index: TraceIndex) {
  return finish(minimapSteps(index, COLORS, SIZE));
}

function count(pixels: Uint8ClampedArray, [red, green, blue]: Rgb): number {
  let found = 0;
  for (let at = 0; at < pixels.length; at += 4)
    if (
      pixels[at + 3] === 255 &&
      pixels[at] === red &&
      pixels[at + 1] === green &&
      pixels[at + 2] === blue
    )
      found++;
  return found;
}

test("one failure among 20,000 spans in 50 pixels is still there", () => {
  const spans = Array.from({ length: 20_000 }, (_, i) =>
    span(`${i}`, i === 0 ? "" : "0", i, i === 0 ? 30_000 : 5),
  );
  spans[11_111]!.status = { code: "Error", message: "" };
  expect(count(paint(indexTrace(trace(spans))), ERROR)).toBeGreaterThan(0);
});

test("failure logs are painted over the others", () => {
  const one = span("a", "", 0, 1000);
  for (let i = 0; i < 500; i++) one.logs.push(log(`${i}`, 500, i === 7 ? 17 : 9));
  const pixels = paint(indexTrace(trace([one])));
  expect(count(pixels, ERROR)).toBe(10);
});

test("an empty trace is transparent", () => {
  const pixels = paint(indexTrace(trace([])));
  expect(pixels.every((value) => value === 0)).toBe(true);
});

test("logs and spans outside the picture do not wrap into the next line", () => {
  const one = span("a", "", 0, 10);
  const late = indexTrace(trace([one], [log("much later", 10_000)]));
  expect(count(paint(late), LOG)).toBe(0);
});
