import { expect, test } from "vitest";
import { instrumentedLibraries } from "./instrumented-libraries.ts";
import { readSettings } from "../settings.ts";
import { isInRange } from "./version-range.ts";

const libraries = instrumentedLibraries(readSettings({}, {}, () => undefined));

test.each([
  ["4.19.2", ">=4.0.0 <6", true],
  ["5.99.0", ">=4.0.0 <6", true],
  ["6.0.0", ">=4.0.0 <6", false],
  ["3.9.9", ">=4.0.0 <6", false],
  ["7.9.0", ">= 6.7 < 8", true],
  ["1.5.0", "^1.0.0", true],
  ["2.0.0", "^1.0.0", false],
  ["0.3.1", "^0.2.0", false],
  ["6.3.1", "^1.0.0 || ^5.0.0 || ^6.0.0", true],
  ["4.0.0", "^1.0.0 || ^5.0.0 || ^6.0.0", false],
  ["2.5.0", "2", true],
  ["12.5.1", "2", false],
  ["1.4.9", "~1.4.2", true],
  ["1.5.0", "~1.4.2", false],
  ["5.0.0-beta.1", ">=5", true],
  ["0.0.1", "*", true],
])("%s in %s: %s", (version, range, expected) => {
  expect(isInRange(version, range)).toBe(expected);
});

test("every range of the installed instrumentations is understood: none takes all versions or no version by mistake", () => {
  const samples = Array.from({ length: 40 }, (_, major) => [
    `${major}.0.0`,
    `${major}.99.0`,
  ]).flat();
  for (const [name, ranges] of libraries) {
    for (const range of ranges) {
      const taken = samples.filter((version) => isInRange(version, range)).length;
      // ">=0.18.0 <0.19.0" is the narrowest: its own first version is the sample.
      const lower = /\d+\.\d+\.\d+/.exec(range)?.[0] ?? "";
      expect(taken > 0 || isInRange(lower, range), `${name} ${range}`).toBe(true);
      if (/[<^~]/.test(range)) expect(taken, `${name} ${range}`).toBeLessThan(samples.length);
    }
  }
});

test("redis is known though its instrumentation hides two others inside", () => {
  expect([...libraries.keys()]).toContain("@redis/client");
});
