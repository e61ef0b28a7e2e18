/**
 * Answers about one trace, as the query service makes them: the whole, its columns, the lines of its logs, one span of it.
 * The rules of the tree and of the verdict are the service's own.
 */
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
// @boundaries-ignore development only: the package does not offer it to the application
import { findSkew } from "../../query/src/traces/clock-skew.ts";
// @boundaries-ignore development only: the package does not offer it to the application
import { growForest } from "../../query/src/traces/forest.ts";
// @boundaries-ignore development only: the package does not offer it to the application
import { numberTexts } from "../../query/src/traces/numbered-ids.ts";
// @boundaries-ignore development only: the package does not offer it to the application
import { judge } from "../../query/src/traces/verdict.ts";
// @boundaries-ignore development only: the package does not offer it to the application
import { encodeTraceColumns, narrowest } from "../../query/src/trace-columns/encode.ts";
import type { LogRecord, Meta, Span } from "@throughline/query/wire";
import type { FixtureTrace } from "./fixture-data.ts";

interface Context {
  /** @returns undefined for a trace that is not stored */
  readonly find: (traceId: string) => FixtureTrace | undefined;
  readonly delayMs: number;
}

const META: Meta = { elapsedMs: 12.6, rowsRead: 900, bytesRead: 180_000, complete: true };

/** @returns false when the question is not about one stored trace, or one of its logs */
export function answerTrace(url: URL, response: ServerResponse, context: Context): boolean {
  const [, traceId = "", part = ""] =
    /^\/api\/traces\/([0-9a-f]{32})(\/.*)?$/.exec(url.pathname) ??
    /^\/api\/logs\/([0-9a-f]{32})(_\d+)$/.exec(url.pathname) ??
    [];
  const trace = traceId === "" ? undefined : context.find(traceId);
  if (trace === undefined) return false;
  const body = bodyOf(trace, part);
  if (body === undefined) return false;
  setTimeout(() => {
    response.writeHead(200, {
      "content-type": part === "/columns" ? "application/octet-stream" : "application/json",
      "content-encoding": "gzip",
    });
    response.end(body);
  }, context.delayMs);
  return true;
}

/** Large ones take seconds to make and compress: made once, so that measuring the page measures the page. */
const bodies = new WeakMap<FixtureTrace, Map<string, Buffer>>();

function bodyOf(trace: FixtureTrace, part: string): Buffer | undefined {
  const made = bodies.get(trace) ?? new Map<string, Buffer>();
  bodies.set(trace, made);
  const known = made.get(part);
  if (known !== undefined) return known;
  const answer = answerTo(trace, part);
  if (answer === undefined) return undefined;
  const bytes = answer instanceof Uint8Array ? answer : JSON.stringify(answer);
  const body = gzipSync(bytes, { level: 1 });
  made.set(part, body);
  return body;
}

function answerTo(trace: FixtureTrace, part: string): object | undefined {
  if (part === "") return wholeTrace(trace);
  if (part === "/columns") return toColumns(trace);
  if (part === "/logs") return { logs: logLines(trace), meta: META };
  if (part.startsWith("_")) {
    const log = logsOf(trace)[Number(part.slice(1))];
    return log === undefined ? undefined : { log, meta: META };
  }
  const span = trace.spans.find(({ spanId }) => part === `/spans/${spanId}`);
  return span === undefined ? undefined : { traceId: trace.traceId, span, meta: META };
}

function wholeTrace(trace: FixtureTrace) {
  const { traceId, spans, logs } = trace;
  const { missingParents } = grow(trace).forest;
  return { traceId, spans, logs, missingParents, verdict: verdictOf(trace), meta: META };
}

/** Every log of the trace, oldest first; its place names it. */
function logsOf({ spans, logs }: FixtureTrace): readonly LogRecord[] {
  return [...spans.flatMap((span) => span.logs), ...logs].toSorted((a, b) =>
    a.timeUnixNano < b.timeUnixNano ? -1 : 1,
  );
}

const LINE_CHARS = 512;

function logLines(trace: FixtureTrace) {
  const unattached = new Set(trace.logs);
  return logsOf(trace).map((log, number) => ({
    id: `${trace.traceId}_${number}`,
    timeUnixNano: log.timeUnixNano,
    spanId: log.spanId,
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    serviceName: log.serviceName,
    body: log.body.slice(0, LINE_CHARS),
    ...(log.body.length > LINE_CHARS ? { bodyCut: true } : {}),
    ...(unattached.has(log) ? { unattached: true } : {}),
  }));
}

function grow({ spans }: FixtureTrace) {
  const rows = spans.toSorted(
    (a, b) =>
      Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)) ||
      (a.spanId < b.spanId ? -1 : 1),
  );
  const forest = growForest(
    numberTexts(
      rows.map(({ spanId }) => spanId),
      rows.map(({ parentSpanId }) => parentSpanId),
    ),
  );
  const ordered = Array.from(forest.order, (row) => rows[row]).filter((span) => span !== undefined);
  const first = BigInt(rows[0]?.startTimeUnixNano ?? 0);
  const startNs = Float64Array.from(ordered, ({ startTimeUnixNano }) =>
    Number(BigInt(startTimeUnixNano) - first),
  );
  const durationNs = Float64Array.from(ordered, ({ durationNano }) => Number(durationNano));
  return { forest, ordered, first, startNs, durationNs };
}

function verdictOf(trace: FixtureTrace) {
  const { forest, ordered, startNs, durationNs } = grow(trace);
  const spans = {
    forest,
    startNs,
    durationNs,
    serviceOf: (position: number) => ordered[position]?.serviceName ?? "",
    kindOf: (position: number) => ordered[position]?.kind ?? "",
    hostOf: (position: number) => ordered[position]?.resource["host.name"] ?? "",
    spanIdOf: (position: number) => ordered[position]?.spanId ?? "",
  };
  const logCount = logsOf(trace).length;
  return judge({ spans, logCount, window: undefined, incomplete: [], skew: findSkew(spans) });
}

function toColumns(trace: FixtureTrace): Uint8Array {
  const { forest, ordered, first, startNs, durationNs } = grow(trace);
  const [service, name, kind, host] = [
    encode(ordered, (span) => span.serviceName),
    encode(ordered, (span) => span.name),
    encode(ordered, (span) => span.kind),
    encode(ordered, (span) => span.resource["host.name"] ?? ""),
  ];
  const counts = (countOf: (span: Span) => number) => narrowest(Uint32Array.from(ordered, countOf));
  const ends = startNs.map((start, i) => start + (durationNs[i] ?? 0));
  return encodeTraceColumns({
    about: {
      traceId: trace.traceId,
      spanCount: ordered.length,
      startTimeUnixNano: first.toString(),
      durationNs: ends.reduce((last, end) => Math.max(last, end), 0),
      dictionaries: {
        service: service.words,
        name: name.words,
        kind: kind.words,
        host: host.words,
      },
      missingParents: forest.missingParents,
      cuts: forest.cuts,
      repeatedSpans: forest.repeated,
      oddSpanIds: [],
      logCount: logsOf(trace).length,
      unattachedLogCount: trace.logs.length,
      verdict: verdictOf(trace),
      meta: META,
    },
    startNs,
    durationNs,
    parent: forest.parent,
    service: service.codes,
    name: name.codes,
    kind: kind.codes,
    host: host.codes,
    status: Uint8Array.from(ordered, ({ status }) => ["Unset", "Ok", "Error"].indexOf(status.code)),
    logCount: counts(({ logs }) => logs.length),
    errorLogCount: counts(({ logs }) => logs.filter((log) => log.severityNumber >= 17).length),
    eventCount: counts(({ events }) => events.length),
    linkCount: counts(({ links }) => links.length),
    flags: forest.flags,
    spanIds: new Uint8Array(Buffer.from(ordered.map(({ spanId }) => spanId).join(""), "hex")),
  });
}

function encode(spans: readonly Span[], wordOf: (span: Span) => string) {
  const numbers = new Map<string, number>();
  const codes = Uint32Array.from(spans, (span) => {
    const word = wordOf(span);
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  });
  return { words: [...numbers.keys()], codes: narrowest(codes) };
}
