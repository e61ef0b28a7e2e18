/** Goal: the defaults are consistent, and a bad value is refused with the name that repairs it. */
import { expect, test } from "vitest";
import { DEFAULT_LIMITS, findLimitFaults, LIMIT_SETTINGS } from "./limits.ts";

test("the defaults have no fault", () => {
  expect(findLimitFaults(DEFAULT_LIMITS)).toEqual([]);
});

test("environment names are unique and say their unit last", () => {
  const names = Object.values(LIMIT_SETTINGS)
    .flatMap((section) => Object.values(section))
    .map((setting) => setting.environmentName);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(name).toMatch(/^THROUGHLINE_[A-Z_]+_(BYTES|MS|DAYS|MAX|REQUESTS)$/u);
  }
});

test("a value out of range and a budget too small for one request are both named", () => {
  const faults = findLimitFaults({
    ...DEFAULT_LIMITS,
    receive: { ...DEFAULT_LIMITS.receive, connectionsMax: 0 },
    admit: { ...DEFAULT_LIMITS.admit, inFlightMaxBytes: 30 * 1024 * 1024 },
  });
  expect(faults).toHaveLength(2);
  expect(faults[0]).toContain("THROUGHLINE_OTLP_CONNECTIONS_MAX is 0");
  expect(faults[1]).toContain("THROUGHLINE_OTLP_IN_FLIGHT_MAX_BYTES is 31457280");
});
