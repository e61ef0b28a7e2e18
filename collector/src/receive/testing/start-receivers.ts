/** Both receivers on free ports, with a pipeline that records what it is given and answers as it is told. */
import type { AgentConfigSource, IngestOutcome, IngestRequest } from "../../contract.ts";
import { createAdmission } from "../../admit/admission.ts";
import { DEFAULT_LIMITS, type AdmitLimits, type ReceiveLimits } from "../../limits.ts";
import { createCollectorMetrics, type CollectorMetrics } from "../../telemetry/metrics.ts";
import { startGrpcReceiver } from "../grpc-receiver.ts";
import { startHttpReceiver } from "../http-receiver.ts";
import type { Receiver } from "../receiver.ts";
import { RefusalLog } from "../refusal-log.ts";

export interface ReceiversUnderTest {
  readonly grpc: Receiver;
  readonly http: Receiver;
  /** Every request in order of arrival, bodies copied. */
  readonly calls: IngestRequest[];
  readonly bugs: unknown[];
  /** Of both. */
  readonly metrics: CollectorMetrics;
  /** What the next requests are answered; a function may wait or throw. */
  answer: IngestOutcome | ((request: IngestRequest) => Promise<IngestOutcome>);
  /** What `/readyz` reports. */
  ready: boolean;
  /** The value of one series, 0 when it does not exist. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

export interface ReceiversOptions {
  readonly receive?: Partial<ReceiveLimits>;
  readonly admit?: Partial<AdmitLimits>;
  readonly corsOrigins?: readonly string[];
  readonly agentConfig?: AgentConfigSource;
}

export const ACCEPTED: IngestOutcome = { kind: "accepted", rejected: 0, reason: "" };

export async function startReceivers(options: ReceiversOptions = {}): Promise<ReceiversUnderTest> {
  const metrics = createCollectorMetrics();
  const admission = createAdmission({
    limits: { ...DEFAULT_LIMITS.admit, ...options.admit },
    metrics,
    random: () => 0.5,
  });
  const refusals = new RefusalLog(Date.now);
  const calls: IngestRequest[] = [];
  const bugs: unknown[] = [];
  const ports = { grpc: 0, http: 0 };
  const shared = {
    host: "127.0.0.1",
    port: 0,
    admission,
    metrics,
    refusals,
    limits: { ...DEFAULT_LIMITS.receive, ...options.receive },
    onBug: (error: unknown) => bugs.push(error),
    ingest: async (request: IngestRequest) => {
      calls.push({ ...request, body: Uint8Array.from(request.body) });
      return typeof under.answer === "function" ? under.answer(request) : under.answer;
    },
  };
  const grpc = await startGrpcReceiver({ ...shared, otherPort: () => ports.http });
  const http = await startHttpReceiver({
    ...shared,
    otherPort: () => ports.grpc,
    health: () => ({
      ready: under.ready,
      problems: ["ClickHouse does not answer; requests are kept on disk."],
      spool: {
        writable: under.ready,
        usedBytes: 10,
        maxBytes: 100,
        segmentsWaiting: 1,
        recordsWaiting: 2,
        segmentsQuarantined: 0,
      },
      clickhouse: { reachable: false, sinceUnixMs: 1_790_000_000_000, message: "ECONNREFUSED" },
    }),
    agentConfig:
      options.agentConfig ?? (() => ({ kind: "unavailable", reason: "Nothing was read." })),
    ...(options.corsOrigins === undefined ? {} : { corsOrigins: options.corsOrigins }),
  });
  Object.assign(ports, { grpc: grpc.port, http: http.port });
  const under: ReceiversUnderTest = {
    grpc,
    http,
    calls,
    bugs,
    metrics,
    answer: ACCEPTED,
    ready: true,
    async metric(name, labels = {}) {
      const found = await metrics.registry.getSingleMetric(`throughline_collector_${name}`)?.get();
      const match = found?.values.find(({ labels: got }) =>
        Object.entries(labels).every(([key, value]) => got[key] === value),
      );
      return match?.value ?? 0;
    },
    async stop() {
      await Promise.all([grpc.stop(200), http.stop(200)]);
    },
  };
  return under;
}

/** Waits until `read` gives `expected`; fails with what it gave last. */
export async function until<T>(
  read: () => Promise<T> | T,
  expected: T,
  timeoutMs = 3000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const got = await read();
    if (got === expected) return;
    if (performance.now() > end)
      throw new Error(`still ${String(got)}, expected ${String(expected)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
