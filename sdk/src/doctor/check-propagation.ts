import { randomBytes } from "node:crypto";
import { note, ok, problem, type Finding } from "./finding.ts";

export interface PropagationOptions {
  /** An address of the first service whose handling calls the second one. */
  readonly url: string;
  /** Base address of the query API, e.g. `http://127.0.0.1:8417`. */
  readonly queryUrl: string;
  /** How long spans may take from the services to the store. */
  readonly waitMs: number;
}

/** What is read of a span in `GET /api/traces/{traceId}`. */
interface TraceSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly serviceName: string;
}

const CALL_TIMEOUT_MS = 10_000;
const POLL_MS = 500;
/** The trace is taken as whole when nothing was added for this long; SDKs send every second to five. */
const QUIET_MS = 6_000;

/**
 * Calls a service as a traced client would and looks up what was stored under that trace id. It sees what arrived:
 * a service that sends nothing at all is seen only by the call to it that stays without an answer.
 */
export async function checkPropagation(options: PropagationOptions): Promise<readonly Finding[]> {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  try {
    const response = await fetch(options.url, {
      headers: { traceparent: `00-${traceId}-${spanId}-01` },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    await response.arrayBuffer();
  } catch (error) {
    const text = `${options.url} cannot be called: ${messageOf(error)}`;
    return [problem("propagation", text, "throughline doctor --url http://HOST:PORT/PATH")];
  }
  try {
    const spans = await waitForTrace(traceId, options);
    return judge(spans, spanId, options.url);
  } catch (error) {
    const text = `${options.queryUrl} cannot be asked for the trace: ${messageOf(error)}`;
    return [problem("propagation", text, "throughline doctor --url … --query http://HOST:8417")];
  }
}

async function waitForTrace(
  traceId: string,
  options: PropagationOptions,
): Promise<readonly TraceSpan[]> {
  const deadline = performance.now() + options.waitMs;
  let spans: readonly TraceSpan[] = [];
  let changedAt = performance.now();
  for (;;) {
    const now = await readTrace(traceId, options.queryUrl);
    if (now.length !== spans.length) changedAt = performance.now();
    spans = now;
    const quiet = spans.length > 0 && performance.now() - changedAt > QUIET_MS;
    if (quiet || performance.now() > deadline) return spans;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function readTrace(traceId: string, queryUrl: string): Promise<readonly TraceSpan[]> {
  const response = await fetch(new URL(`/api/traces/${traceId}`, queryUrl), {
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const body: unknown = await response.json();
  const spans = typeof body === "object" && body !== null && "spans" in body ? body.spans : [];
  return Array.isArray(spans) ? spans.filter(isTraceSpan) : [];
}

function isTraceSpan(value: unknown): value is TraceSpan {
  return typeof value === "object" && value !== null && "spanId" in value && "kind" in value;
}

function judge(spans: readonly TraceSpan[], callerSpanId: string, url: string): readonly Finding[] {
  const entry = spans.find(({ parentSpanId }) => parentSpanId === callerSpanId);
  if (entry === undefined) {
    return [
      problem(
        "propagation",
        `${url} was called with a traceparent, and no span that continues it was stored`,
        "node --import @throughline/sdk/register app.js   # for the service behind that address",
      ),
    ];
  }
  const services = [...new Set(spans.map(({ serviceName }) => serviceName))];
  const findings = [
    ok("propagation", `one trace through ${services.join(" → ")} (${spans.length} spans)`),
  ];
  for (const call of unansweredCalls(spans)) {
    findings.push(
      note(
        "propagation",
        `${call.serviceName} made the call "${call.name}", and no span of the called side was stored`,
        "node --import @throughline/sdk/register app.js   # for the called service, if it is yours",
      ),
    );
  }
  return findings;
}

/** Calls that leave a service and have no child in another one; databases have none by nature. */
function unansweredCalls(spans: readonly TraceSpan[]): readonly TraceSpan[] {
  const answered = new Set(
    spans
      .filter(({ kind }) => kind === "Server" || kind === "Consumer")
      .map(({ parentSpanId }) => parentSpanId),
  );
  return spans.filter(
    ({ kind, spanId, name }) =>
      kind === "Client" &&
      !answered.has(spanId) &&
      /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/.test(name),
  );
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
