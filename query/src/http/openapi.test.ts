/** Goal: openapi.json is what the code says. `UPDATE_OPENAPI=1` writes it anew; the difference is reviewed like code. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildOpenApi } from "./openapi.ts";

const FILE = new URL("../../openapi.json", import.meta.url);

test("openapi.json is generated from the schemas in use", () => {
  const generated = `${JSON.stringify(buildOpenApi(), undefined, 2)}\n`;
  if (process.env["UPDATE_OPENAPI"] === "1") writeFileSync(FILE, generated);
  expect(readFileSync(FILE, "utf8")).toBe(generated);
});

test("named schemas are referred to, and every reference has its schema", () => {
  const document = JSON.stringify(buildOpenApi());
  const parsed = JSON.parse(document);
  const references = [...document.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    (match) => match[1],
  );
  expect(references).toContain("LogRecord");
  expect(references).toContain("Problem");
  for (const name of references) expect(Object.keys(parsed.components.schemas)).toContain(name);
});
