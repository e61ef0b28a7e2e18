/** What `throughline demo` says once there is something to see. */
import type { WholeTrace } from "./whole-trace.ts";

export interface DemoLinesInput {
  readonly uiUrl: string;
  readonly traceId: string;
  /** undefined: it did not become whole in time. */
  readonly whole: WholeTrace | undefined;
}

export function demoLines({ uiUrl, traceId, whole }: DemoLinesInput): string[] {
  const what =
    whole === undefined
      ? "A checkout whose first payment failed (some of it is still on its way):"
      : `A checkout whose first payment failed: ${whole.spans} spans of ${whole.services} services, ${whole.logs} log lines inside them:`;
  return [
    "",
    what,
    "",
    `  ${uiUrl}/trace/${traceId}`,
    "",
    "Then three clicks worth making:",
    "  1. In that trace, the red span of payments: its log lines say why, and the retry stands below it.",
    `  2. ${uiUrl}/logs?text=1111 shows a log line that was sent with a card number and stored without it; its trace id leads to the request.`,
    `  3. ${uiUrl}/traces?service=checkout&status=error lists failed checkouts; compare their service.version.`,
    "",
    "The shop goes on until Ctrl-C.",
  ];
}
