/** Goal: what is offered fits, the likeliest first, and recent searches are the last ten. */
import { expect, test } from "vitest";
import { parseRecent, withRecent } from "./recent.ts";
import { choicesOf, fieldOf, suggestFields, suggestValues } from "./suggest.ts";

const attribute = (name: string, records: number) => ({
  name,
  key: name,
  scope: "record" as const,
  records,
  from: "index" as const,
});

test("columns come before attributes, what begins so before what has it inside", () => {
  const found = suggestFields("traces", "s", [
    attribute("server.port", 9),
    attribute("db.system", 5),
  ]);
  const names = found.map(({ text }) => text);
  expect(names[0]).toBe("service");
  expect(names.indexOf("status")).toBeLessThan(names.indexOf("server.port"));
  expect(names.indexOf("server.port")).toBeLessThan(names.indexOf("db.system"));
  expect(names).not.toContain("severity");
  expect(found.find(({ text }) => text === "server.port")?.note).toBe("9");
});

test("an alias finds its field", () => {
  expect(suggestFields("logs", "lev", [])[0]?.text).toBe("severity");
  expect(fieldOf("traces", "operation")?.name).toBe("name");
});

test("only what has few values is offered without asking, and numbers not at all", () => {
  expect(choicesOf(fieldOf("traces", "status"))).toEqual(["unset", "ok", "error"]);
  expect(choicesOf(fieldOf("traces", "duration"))).toEqual([]);
  expect(choicesOf(fieldOf("traces", "service"))).toBeUndefined();
  expect(choicesOf(undefined)).toBeUndefined();
});

test("values of a sample say so", () => {
  const values = [{ value: "a b", filter: '"a b"', records: 12_345 }];
  expect(suggestValues({ values, from: "index" })[0]).toEqual({
    kind: "value",
    text: '"a b"',
    note: "12.3k",
  });
  expect(suggestValues({ values, from: "sample" })[0]?.note).toBe("12.3k of a sample");
});

test("a search is remembered once, in front, and ten are kept", () => {
  const many = Array.from({ length: 10 }, (_, i) => `q${i}`);
  expect(withRecent(many, "q3")).toEqual(["q3", ...many.filter((each) => each !== "q3")]);
  expect(withRecent(many, "new")).toEqual(["new", ...many.slice(0, 9)]);
});

test("a stored list that is none is empty", () => {
  expect(parseRecent("{")).toEqual([]);
  expect(parseRecent('{"a":1}')).toEqual([]);
  expect(parseRecent('["a",1,"b"]')).toEqual(["a", "b"]);
});
