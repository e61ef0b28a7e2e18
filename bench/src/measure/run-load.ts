/** One measurement: a load against a collector, watched from outside. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadPlan } from "../load/load-messages.ts";
import { startLoad } from "../load/start-load.ts";
import type { CollectorProcess, Database } from "../system/servers.ts";
import { evaluate, type Result } from "./result.ts";
import { Sampler, takeSample, type Sample, type Watched } from "./sampler.ts";

export interface Run {
  readonly result: Result;
  /** One a second, for the JSON file. */
  readonly samples: readonly Sample[];
}

const SETTLE_MS = 1500;

/** How a load is looked at: its options, but for the load itself. */
export interface LoadOptions {
  readonly plan: Omit<LoadPlan, "address">;
  /** How long what was accepted may take to be stored after the load. */
  readonly drainMs: number;
  readonly isEngineStopped: boolean;
}

export async function runLoad(
  { plan, drainMs, isEngineStopped }: LoadOptions,
  { database, collector }: { readonly database: Database; readonly collector: CollectorProcess },
): Promise<Run> {
  const address = plan.transport === "grpc" ? collector.grpcAddress : collector.httpAddress;
  const load = await startLoad({ ...plan, address });
  const watched: Watched = {
    collectorPid: collector.pid,
    enginePid: database.pid,
    loadPid: load.pid,
    client: database.client,
    table: plan.signal === "logs" ? "otel_logs" : "otel_traces",
    acceptedRecords: () => load.latest().warmupRecords + load.latest().acceptedRecords,
    storedBefore: 0,
    isEngineStopped: false,
  };
  const stopEngine = (isStopped: boolean) => {
    process.kill(database.pid, isStopped ? "SIGSTOP" : "SIGCONT");
    watched.isEngineStopped = isStopped;
  };
  watched.storedBefore = (await takeSample(watched)).storedRecords;
  const sampler = new Sampler(watched);
  try {
    await sleep(SETTLE_MS);
    if (isEngineStopped) stopEngine(true);
    load.begin();
    await load.warm;
    await sampler.look();
    sampler.start();
    const report = await load.done;
    sampler.stop();
    // The load process is gone, and with it its processor time: what it had used when it was last seen stands.
    const { loadSeconds = 0 } = sampler.samples.at(-1) ?? {};
    const last = await takeSample(watched);
    if (isEngineStopped) stopEngine(false);
    const samples = [...sampler.samples, { ...last, loadSeconds }];
    const sent = report.warmupRecords + report.acceptedRecords;
    const drained = await drain(watched, sent, drainMs);
    const difference = drained.storedRecords - sent;
    return {
      result: evaluate({ samples, load: report, drainSeconds: drained.seconds, difference }),
      samples,
    };
  } finally {
    if (watched.isEngineStopped) stopEngine(false);
    sampler.stop();
    load.kill();
  }
}

async function drain(
  watched: Watched,
  expected: number,
  timeoutMs: number,
): Promise<{ readonly seconds: number | undefined; readonly storedRecords: number }> {
  const startedAt = performance.now();
  for (;;) {
    const { storedRecords } = await takeSample(watched);
    const elapsedMs = performance.now() - startedAt;
    if (storedRecords >= expected) return { seconds: elapsedMs / 1000, storedRecords };
    if (elapsedMs > timeoutMs) return { seconds: undefined, storedRecords };
    await sleep(100);
  }
}
