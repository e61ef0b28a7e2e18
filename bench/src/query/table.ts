/** Pure: answers' figures as a Markdown table. */
import type { QuestionResult } from "./ask.ts";

const HEAD = [
  "question",
  "p50 ms",
  "p95 ms",
  "bar",
  "engine CPU ms",
  "query CPU ms",
  "rows read",
  "MB read",
  "others, cores",
  "",
];

export function formatQuestions(results: readonly QuestionResult[]): string {
  const lines = [HEAD, HEAD.map(() => "---"), ...results.map(lineOf)];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function lineOf(result: QuestionResult): readonly string[] {
  if (result.kind === "absent") return [result.name, result.why, ...HEAD.slice(2).map(() => "")];
  const { name, bar, ms, engineMs, queryMs, rowsRead, bytesRead, otherCores } = result;
  const p95 = percentile(ms, 0.95);
  return [
    name,
    percentile(ms, 0.5).toFixed(1),
    bar !== undefined && p95 > bar ? `**${p95.toFixed(1)}**` : p95.toFixed(1),
    bar === undefined ? "" : String(bar),
    engineMs.toFixed(1),
    queryMs.toFixed(1),
    Math.round(rowsRead).toLocaleString("en-US").replaceAll(",", " "),
    (bytesRead / 1e6).toFixed(1),
    otherCores.toFixed(2),
    remark(result),
  ];
}

function remark({
  incomplete,
  failed,
}: {
  readonly incomplete: number;
  readonly failed: number;
}): string {
  return [failed > 0 ? `${failed} failed` : "", incomplete > 0 ? `${incomplete} incomplete` : ""]
    .filter((part) => part !== "")
    .join(", ");
}

/** @param ascending not empty */
function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.ceil(ascending.length * share) - 1)] ?? 0;
}
