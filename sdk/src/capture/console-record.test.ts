import { expect, test } from "vitest";
import { readConsoleCall } from "./console-record.ts";

test("plain objects after the text become attributes; those a placeholder consumes stay in the text", () => {
  expect(readConsoleCall(["saved", { id: 7 }, { by: "ada" }])).toMatchObject({
    body: "saved",
    attributes: { id: 7, by: "ada" },
  });
  expect(readConsoleCall(["saved %o%%", { id: 7 }, { by: "ada" }])).toMatchObject({
    body: "saved { id: 7 }%",
    attributes: { by: "ada" },
  });
});

test("values without a place in OTLP keep their printed form, and depth is bounded", () => {
  const cycle: Record<string, unknown> = { name: "loop" };
  cycle["self"] = cycle;
  const { attributes } = readConsoleCall([
    "x",
    { big: 10n, when: new Date(0), gone: undefined, nothing: null, set: new Set([1]), cycle },
  ]);
  expect(attributes).toMatchObject({
    big: "10",
    when: "1970-01-01T00:00:00.000Z",
    nothing: null,
    set: "Set(1) { 1 }",
  });
  expect(attributes).not.toHaveProperty("gone");
  expect(JSON.stringify(attributes["cycle"])).toContain("Circular");
});

test("an object alone is the record: its message is the body, else its printed form", () => {
  expect(readConsoleCall([{ msg: "paid", amount: 5 }])).toMatchObject({
    body: "paid",
    attributes: { msg: "paid", amount: 5 },
  });
  expect(readConsoleCall([{ amount: 5 }]).body).toBe("{ amount: 5 }");
});

test("the first error is the exception and its message is in the body", () => {
  const cause = new RangeError("too far");
  expect(readConsoleCall(["gave up", cause, new Error("second")])).toMatchObject({
    body: "gave up RangeError: too far Error: second",
    exception: cause,
  });
});
