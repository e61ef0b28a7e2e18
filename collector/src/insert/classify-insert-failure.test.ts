/** Goal: no failure is guessed to be final, and no damaged segment is tried for ever. */
import { ClickHouseError } from "@clickhouse/client";
import { expect, test } from "vitest";
import { classifyInsertFailure } from "./classify-insert-failure.ts";

function refusal(code: string, type: string): ClickHouseError {
  return new ClickHouseError({ message: "no", code, type });
}

test.each([
  ["117", "INCORRECT_DATA"],
  ["131", "TOO_LARGE_STRING_SIZE"],
  ["6", "CANNOT_PARSE_TEXT"],
])("code %s %s blames the data at once", (code, type) => {
  const failure = classifyInsertFailure(refusal(code, type), 1);
  expect(failure).toEqual({
    action: "quarantine",
    reason: `ClickHouse code ${code} (${type}): no`,
  });
});

test.each([
  ["33", "CANNOT_READ_ALL_DATA"],
  ["62", "SYNTAX_ERROR"],
])(
  "code %s %s may be the connection's fault, and is blamed on the data at the fifth time",
  (code, type) => {
    const actions = [1, 2, 3, 4, 5].map(
      (attempt) => classifyInsertFailure(refusal(code, type), attempt).action,
    );
    expect(actions).toEqual(["retry", "retry", "retry", "retry", "quarantine"]);
  },
);

test.each([
  ["60", "UNKNOWN_TABLE", "segment"],
  ["252", "TOO_MANY_PARTS", "server"],
  ["241", "MEMORY_LIMIT_EXCEEDED", "segment"],
  ["99999", "SOMETHING_NEW", "segment"],
  ["516", "AUTHENTICATION_FAILED", "server"],
  ["202", "TOO_MANY_SIMULTANEOUS_QUERIES", "server"],
])("code %s %s is tried again for ever and holds up the %s", (code, type, scope) => {
  for (const attempt of [1, 10, 10_000]) {
    const failure = classifyInsertFailure(refusal(code, type), attempt);
    expect(failure).toMatchObject({ action: "retry", scope });
  }
});

test("whatever is not an answer of ClickHouse is the server being away", () => {
  const error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(classifyInsertFailure(error, 1)).toEqual({
    action: "retry",
    delayMs: 100,
    scope: "server",
    reason: "connect ECONNREFUSED",
  });
  expect(classifyInsertFailure("not even an error", 1)).toMatchObject({ action: "retry" });
});

test("refused connections before a doubtful answer do not count against the bytes", () => {
  const torn = refusal("33", "CANNOT_READ_ALL_DATA");
  expect(classifyInsertFailure(torn, 5, 1)).toMatchObject({ action: "retry", scope: "segment" });
  expect(classifyInsertFailure(torn, 9, 5)).toMatchObject({ action: "quarantine" });
});

test.each(["EIO", "ENOENT", "EMFILE"])(
  "%s of the spool's disk holds up its own segment",
  (code) => {
    const error = Object.assign(new Error(code), { code, syscall: "read" });
    expect(classifyInsertFailure(error, 1)).toMatchObject({
      action: "retry",
      scope: "segment",
      reason: `the spool's disk: ${code}`,
    });
  },
);

test("a frame that the disk has damaged goes to quarantine, not round in circles", () => {
  const error = Object.assign(new Error("frame 3"), { code: "SPOOL_DAMAGED_FRAME" });
  expect(classifyInsertFailure(error, 1)).toEqual({ action: "quarantine", reason: "frame 3" });
});

test("an earlier INSERT that still runs holds up its own segment only", () => {
  const error = Object.assign(new Error("runs"), { code: "INSERT_STILL_RUNNING" });
  expect(classifyInsertFailure(error, 1)).toMatchObject({ action: "retry", scope: "segment" });
});

test("delays double from 100 ms to 30 s, or 5 s while the server is away", () => {
  const delays = (error: Error) =>
    [1, 2, 3, 10, 1_000_000].map((attempt) => {
      const failure = classifyInsertFailure(error, attempt);
      return failure.action === "retry" ? failure.delayMs : undefined;
    });
  expect(delays(refusal("60", "UNKNOWN_TABLE"))).toEqual([100, 200, 400, 30_000, 30_000]);
  expect(delays(new Error("away"))).toEqual([100, 200, 400, 5_000, 5_000]);
});
