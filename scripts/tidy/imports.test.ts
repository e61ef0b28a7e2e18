/**
 * Goal: a reader can trust the arrows of ARCHITECTURE.md. Method: read every import of every package and compare it
 * with the table below. The table is the rule; change it only together with an ADR.
 */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, listFiles, readText } from "./source-tree.ts";

/** Which of our packages each package may import. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  engine: ["schemas"],
  collector: ["schemas"],
  query: ["schemas"],
  // The pure parts of query: types, and what is worked out from a trace.
  web: [
    "query/wire",
    "query/filter",
    "query/patterns",
    "query/request-id",
    "query/trace-analysis",
    "query/trace-columns",
  ],
  sdk: [],
  demo: ["sdk"],
  // The limits are their own entries: every command reads them, and must not load the servers for it.
  cli: [
    "schemas",
    "schemas/profiles",
    "engine",
    "collector",
    "collector/limits",
    "collector/rules",
    "query",
    "query/options",
    "query/filter",
    "query/wire",
    "demo/shop.ts",
  ],
  bench: ["schemas", "engine", "collector/limits", "collector/sample-requests", "cli"],
  e2e: ["schemas", "engine", "collector", "query", "cli", "demo", "sdk"],
};

/** Stages of the collector: they share `contract.ts`, `limits.ts` and `telemetry/`, and never each other. */
const STAGES = ["receive", "admit", "otlp", "process", "encode", "spool", "insert"];

/** otlp, process and encode are one pass over the bytes, so they may see each other in that order. */
const STAGE_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  receive: ["admit"],
  otlp: ["process", "encode"],
  encode: ["otlp", "process"],
  process: ["otlp", "encode"],
};

/** Folders between receive and spool are pure: bytes in, bytes out; clock, randomness and disk are passed in. */
const PURE =
  /^collector\/src\/(otlp|process)\/|^collector\/src\/encode\/(?!encoder-pool|encoder-worker)/;
const PURE_MAY_IMPORT = ["node:assert", "node:assert/strict", "node:buffer"];

const sources = listFiles().filter((file) => /^[a-z0-9]+\/src\/.*\.tsx?$/.test(file));

function isTest(file: string): boolean {
  return /\.test\.tsx?$|\/testing\/|\/bench\//.test(file);
}

describe("imports", () => {
  test("the sources are found", () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  test.each(Object.keys(PACKAGES))("%s imports only the packages it may", (name) => {
    const allowed = new Set((PACKAGES[name] ?? []).map((other) => `@throughline/${other}`));
    const wrong: string[] = [];
    for (const file of sources.filter((source) => source.startsWith(`${name}/`))) {
      for (const imported of importsOf(readText(file))) {
        if (!imported.startsWith("@throughline/")) continue;
        const testing = isTest(file) && imported === "@throughline/schemas/testing";
        if (!allowed.has(imported) && !testing) wrong.push(`${file} imports ${imported}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("no file reaches into another package by a path", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(readText(file))
        .filter((imported) => imported.startsWith("."))
        .map((imported) => path.posix.join(path.posix.dirname(file), imported))
        .filter((target) => target.split("/")[0] !== file.split("/")[0])
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("stages of the collector do not import each other; the pipeline wires them", () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const stage = /^collector\/src\/([a-z]+)\//.exec(file)?.[1] ?? "";
      if (!STAGES.includes(stage) || isTest(file)) continue;
      for (const imported of importsOf(readText(file)).filter((name) => name.startsWith("."))) {
        const target = path.posix.join(path.posix.dirname(file), imported);
        const other = /^collector\/src\/([a-z]+)\//.exec(target)?.[1] ?? "";
        const fine = other === stage || !STAGES.includes(other);
        if (!fine && !STAGE_MAY_IMPORT[stage]?.includes(other))
          wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("what lies between receive and spool is pure", () => {
    const wrong = sources
      .filter((file) => PURE.test(file) && !isTest(file))
      .flatMap((file) =>
        importsOf(readText(file))
          .filter((name) => name.startsWith("node:") && !PURE_MAY_IMPORT.includes(name))
          .map((name) => `${file} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test.each(["filter", "patterns"])(
    "%s runs in a browser: nothing that it reaches imports a package or Node",
    (name) => {
      const wrong: string[] = [];
      const reached = new Set([`query/src/${name}/index.ts`]);
      for (const file of reached) {
        for (const imported of importsOf(readText(file))) {
          if (!imported.startsWith(".")) wrong.push(`${file} imports ${imported}`);
          else reached.add(path.posix.join(path.posix.dirname(file), imported));
        }
      }
      expect(reached.size).toBeGreaterThan(5);
      expect(wrong).toEqual([]);
    },
  );

  test("a seeded import is seen by the reader of imports", () => {
    const source =
      'import type { A } from "./a.ts";\nexport * from "b";\nimport "c";\nawait import("d");\n';
    expect(importsOf(source)).toEqual(["./a.ts", "b", "c", "d"]);
  });
});
