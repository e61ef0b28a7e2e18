/** Goal: bars, ticks and zoom agree on where a moment is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  clampScale,
  formatZoom,
  panBy,
  parseZoom,
  scaleTicks,
  toBar,
  toFraction,
  zoomBy,
  ZOOM_MIN_NS,
  mergeStretches,
} from "./time-scale.ts";

const whole = { fromNs: 0, toNs: 1000 };

test("a bar covers its share of the scale", () => {
  expect(toBar(whole, 250, 500)).toEqual({
    left: 0.25,
    width: 0.5,
    openStart: false,
    openEnd: false,
  });
});

test("a bar that goes on beyond the screen is cut there, and says so", () => {
  expect(toBar({ fromNs: 400, toNs: 600 }, 0, 1000)).toEqual({
    left: 0,
    width: 1,
    openStart: true,
    openEnd: true,
  });
});

test("a bar outside the screen is none, one of no length at the edge is", () => {
  expect(toBar({ fromNs: 400, toNs: 600 }, 0, 100)).toBeUndefined();
  expect(toBar({ fromNs: 400, toNs: 600 }, 700, 100)).toBeUndefined();
  expect(toBar(whole, 1000, 0)).toEqual({ left: 1, width: 0, openStart: false, openEnd: false });
});

test("ticks are round numbers inside the scale", () => {
  expect(scaleTicks({ fromNs: 0, toNs: 2_670_000_000 }, 7)).toEqual([
    0, 5e8, 1e9, 1.5e9, 2e9, 2.5e9,
  ]);
  expect(scaleTicks({ fromNs: 130, toNs: 190 }, 5)).toEqual([140, 160, 180]);
});

test("there are a few ticks at every size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 1e15 }), fc.nat(1e15), (width, fromNs) => {
      const count = scaleTicks({ fromNs, toNs: fromNs + width }, 7).length;
      expect(count).toBeGreaterThanOrEqual(2);
      expect(count).toBeLessThanOrEqual(8);
    }),
  );
});

test("zooming keeps the moment it zooms around, and stays inside the trace", () => {
  const total = 1_000_000;
  const zoomed = zoomBy({ fromNs: 0, toNs: total }, total, 0.5, 0.25);
  expect(zoomed).toEqual({ fromNs: 125_000, toNs: 625_000 });
  expect(toFraction(zoomed, 250_000)).toBe(0.25);
  expect(zoomBy(zoomed, total, 100)).toEqual({ fromNs: 0, toNs: total });
  const closest = zoomBy(zoomed, total, 0);
  expect(closest.toNs - closest.fromNs).toBe(ZOOM_MIN_NS);
});

test("panning keeps the width and stops at the ends", () => {
  expect(panBy({ fromNs: 2000, toNs: 4000 }, 10_000, 0.5)).toEqual({ fromNs: 3000, toNs: 5000 });
  expect(panBy({ fromNs: 2000, toNs: 4000 }, 10_000, -5)).toEqual({ fromNs: 0, toNs: 2000 });
  expect(panBy({ fromNs: 2000, toNs: 4000 }, 10_000, 50)).toEqual({ fromNs: 8000, toNs: 10_000 });
});

test("a zoom survives the URL, the whole trace leaves no parameter", () => {
  const zoom = { fromNs: 2000, toNs: 5000 };
  expect(parseZoom(formatZoom(zoom, 10_000) ?? "", 10_000)).toEqual(zoom);
  expect(formatZoom({ fromNs: 0, toNs: 10_000 }, 10_000)).toBeUndefined();
  expect(parseZoom("nonsense", 10_000)).toEqual({ fromNs: 0, toNs: 10_000 });
  expect(parseZoom("9000-99999999", 10_000)).toEqual({ fromNs: 0, toNs: 10_000 });
});

test("a trace shorter than the closest zoom still has a scale", () => {
  expect(clampScale({ fromNs: 0, toNs: 1 }, 1)).toEqual({ fromNs: 0, toNs: ZOOM_MIN_NS });
});

test("stretches too close to tell apart are drawn as one, and nothing outside the screen is", () => {
  const scale = { fromNs: 100, toNs: 10_100 };
  const stretches = [
    { fromNs: 0, toNs: 50 },
    { fromNs: 90, toNs: 200 },
    { fromNs: 205, toNs: 300 },
    { fromNs: 900, toNs: 901 },
    { fromNs: 10_000, toNs: 99_999 },
  ];
  expect(mergeStretches(scale, stretches)).toEqual([
    { fromNs: 100, toNs: 300 },
    { fromNs: 900, toNs: 901 },
    { fromNs: 10_000, toNs: 10_100 },
  ]);
});
