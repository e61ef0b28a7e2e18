import type { TraceFinding, TraceVerdict } from "@throughline/query/wire";
import { formatDuration, plural, shortId } from "../lib/format.ts";

const NS_PER_S = 1e9;
const BECAUSE = {
  in_process_child: "its first child is of the same process",
  enclosing_span: "it ran inside that service's span",
  peer_of_caller: "a call to it was going on",
} as const;

/** One thing that was found in a trace, in words, and where to look. */
export interface VerdictWords {
  readonly text: string;
  /** More, for who asks. */
  readonly title: string;
  readonly spanId: string | undefined;
  /** Late is not incomplete: everything is there by now. */
  readonly isWarning: boolean;
}

/** @returns nothing for a trace that is whole, or that nobody judged */
export function verdictWords(verdict: TraceVerdict | undefined): readonly VerdictWords[] {
  return (verdict?.findings ?? []).map((finding) => ({
    spanId: undefined,
    title: "",
    isWarning: finding.kind !== "late",
    ...wordsOf(finding),
  }));
}

function wordsOf(finding: TraceFinding): Pick<VerdictWords, "text"> & Partial<VerdictWords> {
  switch (finding.kind) {
    case "missing_parent":
      return missingWords(finding);
    case "several_roots":
      return { text: `${finding.rootCount} roots`, title: "Spans without a parent; one is usual" };
    case "no_root":
      return { text: "no root span", title: "Every span names a parent" };
    case "circle":
      return {
        text: `parents of ${plural(finding.spanIds.length, "span")} form a circle`,
        spanId: finding.spanIds[0],
      };
    case "repeated_span_ids":
      return { text: `${plural(finding.spanCount, "span")} with an id that others have` };
    case "late":
      return {
        text: `last spans arrived ${formatDuration(finding.lateSeconds * NS_PER_S)} late`,
        title: "Stored so much later than the length of the trace explains",
      };
    case "truncated":
      return { text: finding.reason };
    case "no_spans":
      return { text: "no span stored, only logs" };
  }
}

function missingWords(
  finding: Extract<TraceFinding, { readonly kind: "missing_parent" }>,
): Pick<VerdictWords, "text"> & Partial<VerdictWords> {
  const { suspectedService, because, parentSpanId, childCount, firstChildSpanId } = finding;
  const from = suspectedService === undefined ? "" : `, probably of ${suspectedService}`;
  const why = because === undefined ? "" : `; ${BECAUSE[because]}`;
  return {
    text: `a parent span is missing${from}`,
    title: `${plural(childCount, "span")} name ${shortId(parentSpanId)} as their parent${why}`,
    spanId: firstChildSpanId,
  };
}
