import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { limitDescriptions, readLimitSources, settingsDocument } from "./document.ts";

const sources = readLimitSources();

test("docs/settings.md is up to date", () => {
  const written = readFileSync(new URL("../../../docs/settings.md", import.meta.url), "utf8");
  expect(written, "run: npm run settings --workspace cli").toBe(settingsDocument(sources));
});

test("every limit of collector and query is explained by its docstring", () => {
  const unexplained = [...limitDescriptions(sources)].filter(([, sentence]) => sentence === "");
  expect(unexplained).toEqual([]);
});
