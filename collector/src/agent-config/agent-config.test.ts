/** Goal: a file of log levels is taken when it is right, named when it is wrong, and edited without harm. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { configOf, parseAgentConfig } from "./agent-config.ts";
import { editAgentConfig, type AgentConfigEdit } from "./edit-agent-config.ts";
import {
  AGENT_CONFIG_BYTES_MAX,
  followAgentConfig,
  type FollowedAgentConfig,
} from "./follow-agent-config.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-agent-config-"));
  path = join(folder, "agent-config.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

const setLevel = (
  level: "debug" | "warn" | "error" | undefined,
  service?: string,
): AgentConfigEdit => ({ kind: "level", service, level });

test.each([
  ["", { logLevels: { services: {} }, requestDebug: false }],
  ["logLevels:\n  services:\n", { logLevels: { services: {} }, requestDebug: false }],
  [
    '{"logLevels":{"default":"INFO","services":{"checkout":"debug"}},"requestDebug":true}',
    { logLevels: { default: "info", services: { checkout: "debug" } }, requestDebug: true },
  ],
])("%j is read", (text, config) => {
  expect(parseAgentConfig(text)).toEqual({ kind: "ok", config });
});

test.each([
  ["- a", "The file must hold"],
  [
    "loglevels: {}",
    'The file has the unknown key "loglevels"; known are logLevels and requestDebug.',
  ],
  ["logLevels: debug", "logLevels must hold"],
  ["logLevels: { default: loud }", 'logLevels.default is "loud"; it must be one of trace, debug,'],
  ["logLevels: { services: { shop: 5 } }", "logLevels.services.shop is 5; it must be one of"],
  ["requestDebug: yes please", "requestDebug must be true or false."],
  ["logLevels: {", "It is not YAML: "],
])("%j is refused, and the problem names the field", (text, problem) => {
  const result = parseAgentConfig(text);
  expect(result).toMatchObject({ kind: "invalid" });
  expect(result.kind === "invalid" ? result.problems[0] : "").toContain(problem);
});

test("a service is told of itself alone, whatever its name", () => {
  const result = parseAgentConfig(
    "logLevels: { default: warn, services: { a: debug, __proto__: error } }",
  );
  if (result.kind !== "ok") throw new Error(result.problems.join(" "));
  expect(configOf(result.config, "a").logLevels).toEqual({
    default: "warn",
    services: { a: "debug" },
  });
  expect(Object.entries(configOf(result.config, "__proto__").logLevels.services)).toEqual([
    ["__proto__", "error"],
  ]);
  expect(configOf(result.config, "toString").logLevels).toEqual({ default: "warn", services: {} });
});

test("an edit keeps comments and order, and everything that it does not change", async () => {
  writeFileSync(
    path,
    "# ours\nlogLevels:\n  services:\n    a: info # while we look\nrequestDebug: true\n",
  );
  await editAgentConfig(path, [setLevel("debug", "b"), setLevel("warn")]);
  expect(readFileSync(path, "utf8")).toBe(
    "# ours\nlogLevels:\n  services:\n    a: info # while we look\n    b: debug\n  default: warn\nrequestDebug: true\n",
  );
  const config = await editAgentConfig(path, [setLevel(undefined, "b"), setLevel(undefined)]);
  expect(config).toEqual({ logLevels: { services: { a: "info" } }, requestDebug: true });
  expect(readdirSync(folder)).toEqual(["agent-config.yaml"]);
});

test.each(["", "logLevels:\n", "logLevels:\n  services:\n", "{}", '{"logLevels":{"services":{}}}'])(
  "a level can be added to %j",
  async (text) => {
    writeFileSync(path, text);
    const config = await editAgentConfig(path, [setLevel("debug", "shop.eu: 1")]);
    expect(config.logLevels.services).toEqual({ "shop.eu: 1": "debug" });
  },
);

test("the file and its folder are made when they are not there, and a mode and a link stay", async () => {
  const deep = join(folder, "new", "agent-config.yaml");
  await editAgentConfig(deep, [setLevel("debug")]);
  expect(readFileSync(deep, "utf8")).toBe("logLevels:\n  default: debug\n");

  writeFileSync(path, "", { mode: 0o600 });
  const link = join(folder, "link.yaml");
  symlinkSync(path, link);
  await editAgentConfig(link, [setLevel("error")]);
  expect(readFileSync(path, "utf8")).toContain("error");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a file that is wrong, or only a person can change, is left as it is", async () => {
  const wrong = "logLevels: { default: loud }\n";
  writeFileSync(path, wrong);
  await expect(editAgentConfig(path, [setLevel("debug")])).rejects.toMatchObject({
    code: "AGENT_CONFIG_INVALID",
    message: expect.stringContaining('logLevels.default is "loud"'),
  });
  expect(readFileSync(path, "utf8")).toBe(wrong);

  const anchored = "logLevels: { default: &usual info, services: { a: *usual } }\n";
  writeFileSync(path, anchored);
  await expect(editAgentConfig(path, [setLevel(undefined)])).rejects.toMatchObject({
    code: "AGENT_CONFIG_BY_HAND",
  });
  expect(readFileSync(path, "utf8")).toBe(anchored);
  expect(readdirSync(folder)).toEqual(["agent-config.yaml"]);
});

test("of edits at once each is whole or refused; one that died does not stop the next", async () => {
  const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
  const results = await Promise.allSettled(
    names.map((name) => editAgentConfig(path, [setLevel("debug", name)])),
  );
  const done = names.filter((_, index) => results[index]?.status === "fulfilled");
  const now = parseAgentConfig(readFileSync(path, "utf8"));
  expect(done.length).toBeGreaterThan(0);
  expect(now.kind === "ok" ? Object.keys(now.config.logLevels.services).toSorted() : now).toEqual(
    done,
  );
  for (const result of results) {
    if (result.status === "rejected") {
      expect(result.reason).toMatchObject({ code: "AGENT_CONFIG_BUSY" });
    }
  }

  writeFileSync(`${path}.new`, "half");
  await expect(editAgentConfig(path, [setLevel("warn")])).rejects.toThrow("try again");
  utimesSync(`${path}.new`, 1, 1);
  await editAgentConfig(path, [setLevel("warn")]);
  expect(readFileSync(path, "utf8")).toContain("default: warn");

  // Left before the clock was set back.
  writeFileSync(`${path}.new`, "half");
  const anHourAhead = Date.now() / 1000 + 3600;
  utimesSync(`${path}.new`, anHourAhead, anHourAhead);
  await editAgentConfig(path, [setLevel("error")]);
  expect(readFileSync(path, "utf8")).toContain("default: error");
});

async function follow(): Promise<{
  readonly followed: FollowedAgentConfig;
  readonly loads: () => Promise<Record<string, number>>;
  readonly warned: readonly unknown[];
}> {
  const metrics = createCollectorMetrics();
  const warned: unknown[] = [];
  const logger = { info: () => undefined, warn: (fields: unknown) => void warned.push(fields) };
  const followed = await followAgentConfig({ path, metrics, logger, lookMs: 10 });
  const loads = async () => {
    const { values } = await metrics.agentConfigLoads.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
  };
  return { followed, loads, warned };
}

test("a change is taken; what is wrong is told and counted once, and the levels before it stay", async () => {
  const { followed, loads, warned } = await follow();
  const told = () => {
    const reading = followed.current();
    return reading.kind === "ok" ? reading.config.logLevels.default : reading.reason;
  };
  try {
    expect(told()).toBeUndefined();
    writeFileSync(path, "logLevels: { default: debug }");
    await vi.waitFor(() => expect(told()).toBe("debug"));

    writeFileSync(path, "logLevels: { default: loud }");
    await vi.waitFor(() => expect(warned).toHaveLength(1));
    expect(JSON.stringify(warned)).toContain("logLevels.default is");
    writeFileSync(path, `# ${"x".repeat(AGENT_CONFIG_BYTES_MAX)}`);
    await vi.waitFor(() => expect(warned).toHaveLength(2));
    expect(told()).toBe("debug");
    expect(await loads()).toEqual({ taken: 2, refused: 2 });

    writeFileSync(`${path}.next`, "logLevels: { default: warn }");
    renameSync(`${path}.next`, path);
    await vi.waitFor(() => expect(told()).toBe("warn"));
    rmSync(path);
    await vi.waitFor(() => expect(told()).toBeUndefined());
  } finally {
    followed.stop();
  }
});

test("where nothing usable was read since the start, that is said in place of no levels", async () => {
  writeFileSync(path, "logLevels: 5");
  const { followed } = await follow();
  followed.stop();
  expect(followed.current("shop")).toEqual({
    kind: "unavailable",
    reason: expect.stringContaining("logLevels must hold"),
  });
});
