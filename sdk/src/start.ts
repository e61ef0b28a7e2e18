import { NodeSDK } from "@opentelemetry/sdk-node";
import { captureConsole } from "./capture/console.ts";
import { registerEsmHooks } from "./capture/esm-hooks.ts";
import { captureFastify } from "./capture/fastify.ts";
import { chooseInstrumentations } from "./capture/instrumentations.ts";
import { ExitGuard } from "./exit/exit-guard.ts";
import { flushWithin } from "./exit/final-flush.ts";
import { createPipeline, type Pipeline, type PipelineCounters } from "./pipeline.ts";
import { logProcessors, metricReaders, spanProcessors } from "./providers.ts";
import { describeResource } from "./resource.ts";
import { readServiceIdentity } from "./service.ts";
import { readSettings, type Settings, type StartOptions } from "./settings.ts";
import { SDK_VERSION } from "./version.ts";
import { warn } from "./warn.ts";

/** The running SDK of this process. */
export interface Telemetry {
  /** False when OTEL_SDK_DISABLED is set: nothing is captured and every call here does nothing. */
  readonly enabled: boolean;
  /** What became of spans and log records so far. */
  counters(): PipelineCounters;
  /** Delivers what is queued, within the flush deadline. @returns whether all of it was answered for */
  flush(): Promise<boolean>;
  /** Flushes and stops capturing; the process may go on. */
  shutdown(): Promise<void>;
}

const RUNNING = Symbol.for("throughline.sdk.running");

/**
 * Starts traces and logs for this process; a second call returns the first one's handle, whichever copy of this
 * package it comes from. Call it before the application loads the libraries it should see: `--import
 * @throughline/sdk/register` does that for you.
 */
export function start(options: StartOptions = {}): Telemetry {
  const running: unknown = Reflect.get(globalThis, RUNNING);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only start() writes under this symbol
  if (running !== undefined) return running as Telemetry;
  const settings = readSettings(options, process.env, warn);
  const telemetry = settings.disabled ? disabledTelemetry() : startEnabled(settings, options);
  Reflect.set(globalThis, RUNNING, telemetry);
  return telemetry;
}

function startEnabled(settings: Settings, options: StartOptions): Telemetry {
  const environment = process.env;
  const pipeline = createPipeline(settings, environment, warn);
  const instrumentations = chooseInstrumentations(settings, options.instrumentations ?? []);
  registerEsmHooks(instrumentations);
  const sdk = startSdk(settings, pipeline, instrumentations);
  const restore = [captureFastify()];
  if (settings.captureConsole && settings.exporters.logs?.length !== 0) {
    restore.push(captureConsole(SDK_VERSION));
  }
  const guard = new ExitGuard({
    pipeline,
    flushTimeoutMs: settings.flushTimeoutMs,
    version: SDK_VERSION,
    environment,
    warn,
    flushOthers: sdk.flushOthers,
  });
  guard.install();
  return {
    enabled: true,
    counters: () => pipeline.counters(),
    flush: async () =>
      (await flushWithin(pipeline, settings.flushTimeoutMs, environment)).kind === "flushed",
    shutdown: async () => {
      guard.uninstall();
      for (const undo of restore) undo();
      await flushWithin(pipeline, settings.flushTimeoutMs, environment);
      await sdk.shutdown();
      Reflect.deleteProperty(globalThis, RUNNING);
    },
  };
}

interface RunningSdk {
  readonly flushOthers: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

function startSdk(
  settings: Settings,
  pipeline: Pipeline,
  instrumentations: ReturnType<typeof chooseInstrumentations>,
): RunningSdk {
  const environment = process.env;
  const readers = metricReaders(settings, environment);
  const spans = spanProcessors(settings, pipeline);
  const logs = logProcessors(settings, pipeline);
  const identity = readServiceIdentity(process.argv[1], process.cwd());
  const sdk = new NodeSDK({
    resource: describeResource(settings, identity, environment),
    autoDetectResources: false,
    instrumentations: [...instrumentations],
    ...(spans === undefined ? {} : { spanProcessors: spans }),
    ...(logs === undefined ? {} : { logRecordProcessors: logs }),
    ...(readers === undefined ? {} : { metricReaders: readers }),
  });
  sdk.start();
  const shutdown = async (): Promise<void> => {
    // Rejects with what an exporter met; the pipeline has reported its own, the rest is not the application's concern.
    await sdk.shutdown().catch(() => undefined);
  };
  const foreign = spans === undefined || logs === undefined || readers === undefined;
  return {
    shutdown,
    // Exporters we did not build can only be flushed by ending them.
    flushOthers: foreign
      ? shutdown
      : async () => {
          await Promise.all(readers.map((reader) => reader.forceFlush().catch(() => undefined)));
        },
  };
}

function disabledTelemetry(): Telemetry {
  const none = { accepted: 0, delivered: 0, dropped: 0, refused: 0 };
  return {
    enabled: false,
    counters: () => ({ spans: none, logRecords: none }),
    flush: async () => true,
    shutdown: async () => undefined,
  };
}
