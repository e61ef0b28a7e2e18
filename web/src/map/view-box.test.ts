/** Goal: where somebody looks at the map is in the URL, and nobody gets lost. */
import { describe, expect, test } from "vitest";
import {
  afterKey,
  beside,
  firstView,
  formatView,
  pan,
  parseView,
  toViewBox,
  wholeView,
  zoomBy,
} from "./view-box.ts";

const box = { x: -100, y: -50, width: 1000, height: 500 };
const whole = wholeView(box);

describe("the text in the URL", () => {
  test("of the whole map is none", () => {
    expect(formatView(whole, whole)).toBe("");
    expect(parseView("", box, whole)).toEqual(whole);
  });

  test("comes back as the same view", () => {
    const view = { x: 120, y: -20, zoom: 2.5 };
    expect(formatView(view, whole)).toBe("120_-20_2.5");
    expect(parseView("120_-20_2.5", box, whole)).toEqual(view);
  });

  test.each(["nonsense", "1_2", "1_2_x", "1_2_3_4", "9999999_1_1"])("“%s” is the whole", (text) => {
    expect(parseView(text, box, whole)).toEqual(whole);
  });

  test("that asks for more than there is gets the edge", () => {
    expect(parseView("99999_0_99", box, whole)).toEqual({ x: 900, y: 0, zoom: 8 });
  });
});

test("keys move, zoom and come back", () => {
  const right = afterKey("ArrowRight", whole, box);
  expect(right).toEqual({ x: 550, y: 200, zoom: 1 });
  expect(afterKey("ArrowLeft", right!, box)).toEqual(whole);
  expect(afterKey("+", whole, box)?.zoom).toBe(1.25);
  expect(afterKey("0", { x: 1, y: 2, zoom: 3 }, box)).toEqual(whole);
  expect(afterKey("a", whole, box)).toBeUndefined();
});

test("moving while zoomed moves by what is seen", () => {
  const near = zoomBy(whole, box, 4);
  expect(pan(near, box, { byX: 0.1, byY: 0 }).x).toBe(whole.x + 25);
});

test("the view box is what is seen", () => {
  expect(toViewBox(whole, box)).toBe("-100 -50 1000 500");
  expect(toViewBox(zoomBy(whole, box, 2), box)).toBe("150 75 500 250");
});

test("a chosen node does not lie under its panel, and the map moves only if it would", () => {
  const at = { widthPx: 1000, unitsPerPx: 1 };
  expect(beside(whole, { ...at, right: 400 })).toEqual(whole);
  expect(beside(whole, { ...at, right: 880 })).toEqual({ ...whole, x: whole.x + 424 });
});

test("a map too large to be read as a whole is shown from its beginning, in its own size", () => {
  expect(firstView(box, 1, "right")).toEqual(whole);
  expect(firstView(box, 2, "right")).toEqual({ x: 150, y: 200, zoom: 2 });
  expect(firstView(box, 2, "down")).toEqual({ x: 400, y: 75, zoom: 2 });
});
