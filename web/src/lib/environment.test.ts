import { parseFilter, resolveFilter } from "@throughline/query/filter";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  environmentPatch,
  inEnvironment,
  readEnvironment,
  type Environment,
} from "./environment.ts";
import { pageHref, patchSearch, searchHref, tracesHref } from "./url-state.ts";

const environments = fc.record<Environment>({
  value: fc.string({ minLength: 1, maxLength: 20 }),
  key: fc.constantFrom("name", "older", "both"),
});

describe("the environment of a page", () => {
  test("comes back from the URL as it went in", () => {
    fc.assert(
      fc.property(environments, (environment) => {
        expect(readEnvironment(patchSearch("q=x", environmentPatch(environment)))).toEqual(
          environment,
        );
      }),
    );
  });

  test("links of before, which had only the value, mean the same", () => {
    expect(readEnvironment("?environment=staging")).toEqual({ value: "staging", key: "name" });
    expect(readEnvironment("?environment=staging&envkey=elsewhere")).toEqual({
      value: "staging",
      key: "name",
    });
    expect(readEnvironment("?from=now-1h&envkey=older")).toBeUndefined();
  });

  test("all environments leave nothing in the URL", () => {
    const search = patchSearch("environment=a&envkey=both&q=x", environmentPatch(undefined));
    expect(search).toBe("q=x");
  });

  test("goes along to other pages, and into searches", () => {
    const search = "?environment=staging&envkey=both&q=x&from=now-3h";
    expect(pageHref("/map", search)).toBe("/map?from=now-3h&environment=staging&envkey=both");
    expect(tracesHref(search, { service: "pay" })).toContain("environment=staging&envkey=both");
    expect(searchHref(search, "logs", "")).toBe(
      "/logs?from=now-3h&environment=staging&envkey=both",
    );
  });
});

describe("as a filter", () => {
  const staging: Environment = { value: "staging", key: "name" };

  test("asks for the attribute it stands in", () => {
    expect(inEnvironment("", staging, "logs")).toBe("env:staging");
    expect(inEnvironment("", { ...staging, key: "older" }, "logs")).toBe(
      "resource.deployment.environment:staging",
    );
    expect(inEnvironment("", { ...staging, key: "both" }, "traces")).toBe(
      "(env:staging OR resource.deployment.environment:staging)",
    );
  });

  test("holds together with alternatives", () => {
    expect(inEnvironment("a OR b", staging, "logs")).toBe("(a OR b) env:staging");
    expect(inEnvironment("a OR b", { ...staging, key: "both" }, "logs")).toBe(
      "(a OR b) (env:staging OR resource.deployment.environment:staging)",
    );
  });

  test("no environment leaves a filter as it is typed", () => {
    expect(inEnvironment(" a  b", undefined, "logs")).toBe(" a  b");
  });

  test("what is no filter stays what it is, and is refused for what it is", () => {
    expect(inEnvironment("a AND (", staging, "logs")).toBe("a AND (");
  });

  test.each(["logs", "traces"] as const)("of any value is a filter for %s", (signal) => {
    const filters = fc.constantFrom("", "a", "a OR b", "-service:x", "NOT (a b)", '"a: b"');
    fc.assert(
      fc.property(environments, filters, (environment, q) => {
        const parsed = parseFilter(inEnvironment(q, environment, signal));
        expect(parsed.kind).toBe("filter");
        if (parsed.kind !== "filter") return;
        expect(resolveFilter(parsed.filter, signal).kind).not.toBe("error");
        // Both must hold: a filter's alternatives do not swallow the environment.
        if (q !== "") expect(parsed.filter.kind).toBe("and");
      }),
    );
  });
});
