import { propagation, ROOT_CONTEXT, SeverityNumber } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { LevelControl } from "./level-control.ts";

const baggage = propagation.createBaggage({ "throughline.debug": { value: "1" } });
const debugged = propagation.setBaggage(ROOT_CONTEXT, baggage);

test("until someone asks, the application's loggers decide alone", () => {
  const levels = new LevelControl(false);
  expect(levels.leavesOut(SeverityNumber.TRACE, ROOT_CONTEXT)).toBe(false);
  expect(levels.wants(SeverityNumber.DEBUG, ROOT_CONTEXT)).toBe(false);
  expect(levels.wants(SeverityNumber.DEBUG, debugged)).toBe(false);
});

test("a level is both what is wanted and what is left out, but for a debugged request", () => {
  const levels = new LevelControl(false);
  levels.want({ severityMin: SeverityNumber.WARN, requestDebug: true });
  expect(levels.leavesOut(SeverityNumber.INFO, ROOT_CONTEXT)).toBe(true);
  expect(levels.leavesOut(SeverityNumber.WARN, ROOT_CONTEXT)).toBe(false);
  expect(levels.leavesOut(undefined, ROOT_CONTEXT)).toBe(false);
  expect(levels.wants(SeverityNumber.ERROR, ROOT_CONTEXT)).toBe(true);
  expect(levels.leavesOut(SeverityNumber.DEBUG, debugged)).toBe(false);
  expect(levels.wants(SeverityNumber.DEBUG, debugged)).toBe(true);
});

test("what the process itself allows is not taken back from outside", () => {
  const levels = new LevelControl(true);
  levels.want({ severityMin: undefined, requestDebug: false });
  expect(levels.wants(SeverityNumber.TRACE, debugged)).toBe(true);
});
