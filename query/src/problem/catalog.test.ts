/** Goal: README.md lists exactly the codes that exist, with their status. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROBLEMS } from "./catalog.ts";

test("the README's table of problems is the catalog", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const rows = [...readme.matchAll(/^\| `(\w+)` \| (\d{3}) \| (.+) \| (.+) \|$/gm)].map(
    (match) => ({
      code: match[1],
      status: Number(match[2]),
      title: match[3],
      remedy: match[4],
    }),
  );
  expect(rows).toEqual(
    Object.entries(PROBLEMS).map(([code, kind]) => ({
      code,
      status: kind.status,
      title: kind.title,
      remedy: kind.remedy,
    })),
  );
});
