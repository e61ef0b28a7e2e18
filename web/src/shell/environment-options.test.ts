import type { Environments } from "@throughline/query/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Environment } from "../lib/environment.ts";
import { environmentOptions, readOption, writeOption } from "./environment-options.ts";

const NEWER = "deployment.environment.name";
const OLDER = "deployment.environment";

test("an option says which attribute is meant, and comes back", () => {
  fc.assert(
    fc.property(
      fc.record<Environment>({
        value: fc.string({ minLength: 1 }),
        key: fc.constantFrom("name", "older", "both"),
      }),
      (environment) => {
        expect(readOption(writeOption(environment))).toEqual(environment);
      },
    ),
  );
  expect(readOption("")).toBeUndefined();
});

test("every environment is one option, whichever attributes it stands in", () => {
  const environments: Environments["environments"] = [
    { value: "production", attributes: [NEWER] },
    { value: "staging", attributes: [NEWER, OLDER] },
    { value: "test", attributes: [OLDER] },
  ];
  expect(environmentOptions(environments, undefined)).toEqual([
    ["name:production", "production"],
    ["both:staging", "staging"],
    ["older:test", "test"],
  ]);
});

test("an environment of a link that sent nothing is shown, so that no filter is hidden", () => {
  expect(environmentOptions([], { value: "gone", key: "name" })).toEqual([["name:gone", "gone"]]);
});
