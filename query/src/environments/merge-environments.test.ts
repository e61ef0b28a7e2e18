import { expect, test } from "vitest";
import { mergeEnvironments } from "./merge-environments.ts";

const NEWER = "deployment.environment.name";
const OLDER = "deployment.environment";

test("a value of both attributes is one environment, and the most frequent is first", () => {
  const merged = mergeEnvironments(
    [
      { attribute: OLDER, value: "staging", records: 3 },
      { attribute: NEWER, value: "production", records: 5 },
      { attribute: NEWER, value: "staging", records: 1 },
      { attribute: NEWER, value: "staging", records: 4 },
      { attribute: OLDER, value: "test", records: 5 },
    ],
    10,
  );
  expect(merged).toEqual([
    { value: "staging", attributes: [NEWER, OLDER] },
    { value: "production", attributes: [NEWER] },
    { value: "test", attributes: [OLDER] },
  ]);
});

test("an attribute that is empty is no environment, and no more are given than may be", () => {
  const counted = ["", "a", "b", "c"].map(
    (value) => ({ attribute: NEWER, value, records: 2 }) as const,
  );
  expect(mergeEnvironments(counted, 2).map(({ value }) => value)).toEqual(["a", "b"]);
});
