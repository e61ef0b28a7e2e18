/**
 * A process that only makes load, so that what it costs is not counted with what it measures. Started by
 * `start-load.ts`; begins to send when its parent says so.
 *
 * At a given rate requests fall due on a fixed beat, whatever the answers do; those that find no free place wait, and the
 * wait is in `dueMs`. Without a rate every answer sends the next request.
 */
import { sampleLogs, sampleSpans } from "@throughline/collector/sample-requests";
import type { LoadPlan, LoadReport } from "./load-messages.ts";
import { RenewableRequest } from "./request-template.ts";
import { createGrpcSender, createHttpSender } from "./sender.ts";

/** A gRPC client has one connection; this many of them share the streams. */
const STREAMS_PER_CONNECTION = 8;
const REFUSED_PAUSE_MS = 50;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- start-load.ts wrote it
const plan = JSON.parse(process.argv[2] ?? "") as LoadPlan;
const sample = plan.signal === "logs" ? sampleLogs : sampleSpans;
const free = Array.from(
  { length: Math.max(plan.templates, plan.concurrency) },
  (_, index) => new RenewableRequest(plan.signal, sample(plan.recordsPerRequest, index + 1)),
);
const connections = Math.ceil(plan.concurrency / STREAMS_PER_CONNECTION);
const sender =
  plan.transport === "grpc"
    ? createGrpcSender(plan.address, connections)
    : createHttpSender(plan.address, plan.concurrency);

const totals = { records: 0, requests: 0, bytes: 0, refused: 0, failed: 0 };
const ackMs: number[] = [];
const dueMs: number[] = [];
let warmupRecords = 0;
let underWay = 0;
let finished = false;
let endsAt = 0;
let beatMs = 0;
let nextDue = 0;

tell("ready");
process.once("message", () => {
  const startedAt = performance.now();
  endsAt = startedAt + plan.warmupMs + plan.durationMs;
  beatMs = plan.rate === 0 ? 0 : (1000 * plan.recordsPerRequest) / plan.rate;
  nextDue = startedAt;
  setInterval(() => tell("progress"), 1000).unref();
  setTimeout(startCounting, plan.warmupMs);
  if (beatMs > 0) setInterval(pump, 1);
  pump();
});

function startCounting(): void {
  warmupRecords = totals.records;
  Object.assign(totals, { records: 0, requests: 0, bytes: 0, refused: 0, failed: 0 });
  ackMs.length = dueMs.length = 0;
  tell("warm");
}

/** Sends what is due, as far as there are free places. */
function pump(): void {
  const now = performance.now();
  if (now >= endsAt) {
    finish();
    return;
  }
  while (underWay < plan.concurrency && (beatMs === 0 || nextDue <= now)) {
    const due = beatMs === 0 ? performance.now() : nextDue;
    nextDue += beatMs;
    void send(due);
  }
}

async function send(due: number): Promise<void> {
  const request = free.shift();
  if (request === undefined) throw new Error("more requests under way than bodies");
  underWay += 1;
  request.renew(Date.now());
  const sentAt = performance.now();
  const outcome = await sender.send(plan.signal, request.bytes);
  const now = performance.now();
  if (outcome === "accepted") {
    totals.records += request.records;
    totals.requests += 1;
    totals.bytes += request.bytes.length;
    ackMs.push(now - sentAt);
    dueMs.push(now - due);
  } else {
    totals[outcome] += 1;
    await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
  }
  underWay -= 1;
  free.push(request);
  pump();
}

/** What is under way is answered first: it may be stored, and the count is compared with the table. */
function finish(): void {
  if (finished || underWay > 0) return;
  finished = true;
  tell("done", () => process.exit(0));
}

function tell(kind: LoadReport["kind"], then: () => void = () => undefined): void {
  const whole = kind === "done";
  const report: LoadReport = {
    kind,
    acceptedRecords: totals.records,
    warmupRecords,
    acceptedRequests: totals.requests,
    acceptedBytes: totals.bytes,
    refusedRequests: totals.refused,
    failedRequests: totals.failed,
    ackMs: whole ? ackMs.toSorted((a, b) => a - b) : [],
    dueMs: whole ? dueMs.toSorted((a, b) => a - b) : [],
  };
  process.send?.(report, then);
}
