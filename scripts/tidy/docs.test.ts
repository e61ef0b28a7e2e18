/**
 * Goal: the documents do not rot. Method: every relative link leads to a file (and a heading, where it names one),
 * every path in backticks of ARCHITECTURE.md exists, every package and every decision is listed.
 */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { exists, listFiles, readText } from "./source-tree.ts";

const documents = listFiles().filter((file) => file.endsWith(".md"));
const packages = [
  "schemas",
  "engine",
  "collector",
  "query",
  "web",
  "sdk",
  "cli",
  "demo",
  "e2e",
  "bench",
  "deploy",
];

/** Heading texts as the anchors that readers of Markdown make of them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = markdown.matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map((match) =>
      (match[1] ?? "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-"),
    ),
  );
}

function deadLinks(file: string): readonly string[] {
  const links = readText(file)
    .replaceAll(/```[\s\S]*?```/g, "")
    .matchAll(/\]\(([^)\s]+)\)/g);
  const dead: string[] = [];
  for (const [, link = ""] of links) {
    if (/^[a-z]+:/.test(link)) continue;
    const [target = "", anchor] = link.split("#");
    const resolved = target === "" ? file : path.posix.join(path.posix.dirname(file), target);
    if (!exists(resolved)) dead.push(`${file}: ${link}`);
    else if (
      anchor !== undefined &&
      resolved.endsWith(".md") &&
      !anchorsOf(readText(resolved)).has(anchor)
    ) {
      dead.push(`${file}: ${link} (no such heading)`);
    }
  }
  return dead;
}

describe("documents", () => {
  test("every relative link leads somewhere", () => {
    expect(documents.flatMap(deadLinks)).toEqual([]);
  });

  test("every file that ARCHITECTURE.md names exists", () => {
    const named = [...readText("ARCHITECTURE.md").matchAll(/`([\w@./-]+\/[\w./-]*)`/g)].map(
      (match) => match[1] ?? "",
    );
    const paths = named.filter(
      (name) => packages.includes(name.split("/")[0] ?? "") || name.startsWith("docs/"),
    );
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((name) => !exists(name))).toEqual([]);
  });

  test.each(packages)("%s says in a README what it promises", (name) => {
    expect(readText(`${name}/README.md`).length).toBeGreaterThan(400);
  });

  test("every decision is in the list of decisions", () => {
    const list = readText("docs/decisions/README.md");
    const decisions = listFiles().filter((file) => /^docs\/decisions\/\d{4}-.*\.md$/.test(file));
    expect(decisions.length).toBeGreaterThan(4);
    expect(decisions.filter((file) => !list.includes(path.posix.basename(file)))).toEqual([]);
  });

  test("every .sql file is named by the code that reads it, or is a migration", () => {
    const code = listFiles()
      .filter((file) => /\.(ts|mjs)$/.test(file))
      .map(readText)
      .join("\n");
    const orphans = listFiles().filter(
      (file) =>
        file.endsWith(".sql") &&
        !file.startsWith("schemas/migrations/") &&
        !code.includes(path.posix.basename(file)) &&
        !code.includes(`"${path.posix.basename(file, ".sql")}"`),
    );
    expect(orphans).toEqual([]);
  });
});
