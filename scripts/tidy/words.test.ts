/**
 * Goal: nothing in the repository that a reader must not find. Method: search every text file for a list of patterns,
 * each with what to do instead.
 */
import { describe, expect, test } from "vitest";
import { listFiles, readText, sizeBytes } from "./source-tree.ts";

const FILE_BYTES_MAX = 200_000;
const TEXT = /\.(ts|tsx|mjs|js|css|html|sql|md|json|yaml|yml|go|py|sh|toml)$/;

/** Pieces are joined here so that this file does not contain what it forbids. */
const BANNED: readonly {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly files?: RegExp;
}[] = [
  { pattern: new RegExp(`FIX${"ME"}|TO${"DO"}`), instead: "do it, or open an issue" },
  {
    pattern: new RegExp(`"resolved": "ht${"tp"}`),
    instead: "npm install with the repository's .npmrc",
  },
  {
    pattern: new RegExp(`(^|[^\\w.-])/(ho${"me"}|wo${"rk"}|Us${"ers"})/\\w`),
    instead: "a relative path",
  },
  {
    pattern: new RegExp(`\\.only${"\\("}|\\.skip${"\\("}`),
    instead: "test.runIf(condition) that says what is missing",
    files: /\.test\.tsx?$/,
  },
  {
    pattern: new RegExp(`toBeDefined${"\\("}\\)|toBeTruthy${"\\("}\\)`),
    instead: "the value that is expected",
    files: /\.test\.tsx?$/,
  },
];

const files = listFiles().filter((file) => TEXT.test(file));

describe("words", () => {
  test.each(BANNED)("$pattern is nowhere: $instead", ({ pattern, files: only }) => {
    const hits = files
      .filter((file) => only?.test(file) ?? true)
      .flatMap((file) =>
        readText(file)
          .split("\n")
          .flatMap((line, index) =>
            pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
          ),
      );
    expect(hits).toEqual([]);
  });

  test("no file is larger than a reader can open", () => {
    const large = listFiles().filter(
      (file) =>
        sizeBytes(file) > FILE_BYTES_MAX &&
        !/^package-lock\.json$|^query\/openapi\.json$|^docs\/images\/|\.woff2$/.test(file),
    );
    expect(large).toEqual([]);
  });
});
