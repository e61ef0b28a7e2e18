import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { limitDescriptions, settingsDocument } from "./document.ts";
import { LIMIT_DEFINITIONS } from "./limits.ts";

const limitsSource = readFileSync(
  new URL("../../../collector/src/limits.ts", import.meta.url),
  "utf8",
);

test("docs/settings.md is up to date", () => {
  const written = readFileSync(new URL("../../../docs/settings.md", import.meta.url), "utf8");
  expect(written, "run: node cli/src/settings/write-document.ts").toBe(
    settingsDocument(limitsSource),
  );
});

test("every limit of the collector is explained by its docstring", () => {
  const explained = limitDescriptions(limitsSource);
  const unexplained = LIMIT_DEFINITIONS.filter(({ fileKey }) => !explained.get(fileKey));
  expect(unexplained.map(({ environment }) => environment)).toEqual([]);
});
