import { NodeSDK } from "@opentelemetry/sdk-node";
import { captureConsole } from "./capture/console.ts";
import { registerEsmHooks } from "./capture/esm-hooks.ts";
import { captureFastify } from "./capture/fastify.ts";
import { chooseInstrumentations } from "./capture/instrumentations.ts";
import { captureOutput } from "./capture/output.ts";
import { ExitGuard } from "./exit/exit-guard.ts";
import { flushWithin, type Undelivered } from "./exit/final-flush.ts";
import type { QueueCounters } from "./export/batch-queue.ts";
import { LevelControl } from "./levels/level-control.ts";
import type { GateCounters } from "./levels/log-gate.ts";
import { followRemoteConfig } from "./levels/remote-config.ts";
import { createPipeline, type PipelineCounters } from "./pipeline.ts";
import { createProcessors, type Processors } from "./processors.ts";
import { logProcessors, metricReaders, spanProcessors } from "./providers.ts";
import { installCorrelation } from "./request/install-correlation.ts";
import { describeResource } from "./resource.ts";
import { readServiceIdentity } from "./service.ts";
import { readSettings, type Environment, type Settings, type StartOptions } from "./settings.ts";
import { SDK_VERSION } from "./version.ts";
import { warn } from "./warn.ts";

export interface TelemetryCounters extends PipelineCounters {
  /** Log calls that became no record, by reason. */
  readonly notRecorded: GateCounters;
}

/** The running SDK of this process. */
export interface Telemetry {
  /** False when OTEL_SDK_DISABLED is set: nothing is captured and every call here does nothing. */
  readonly enabled: boolean;
  /** What became of spans and log records so far. */
  counters(): TelemetryCounters;
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
  const levels = new LevelControl(settings.requestDebug);
  const processors = createProcessors(settings, pipeline, levels, warn);
  const instrumentations = chooseInstrumentations(settings, levels, options.instrumentations ?? []);
  registerEsmHooks(instrumentations);
  const sdk = startSdk(settings, { environment, processors, instrumentations });
  installCorrelation(settings.correlation, environment);
  const restore = startCaptures(settings);
  if (settings.remoteConfig !== undefined) {
    const { service } = sdk;
    restore.push(
      followRemoteConfig({ settings: settings.remoteConfig, service, levels, environment, warn }),
    );
  }
  const guard = new ExitGuard({
    pipeline,
    spans: processors.spans,
    report: settings.report,
    flushTimeoutMs: settings.flushTimeoutMs,
    version: SDK_VERSION,
    environment,
    warn,
    flushOthers: sdk.flushOthers,
  });
  guard.install();
  // On a later turn: reading a directory and sending is not what an application's start should wait for.
  setImmediate(() => void pipeline.resendSpooled()).unref();
  const flush = (): Promise<Undelivered> =>
    flushWithin(pipeline, settings.flushTimeoutMs, environment);
  return {
    enabled: true,
    counters: () => ({ ...pipeline.counters(), notRecorded: processors.gate.counters }),
    flush: async () => (await flush()).size === 0,
    shutdown: async () => {
      guard.uninstall();
      for (const undo of restore) undo();
      guard.giveUp(await flush());
      await sdk.shutdown();
      Reflect.deleteProperty(globalThis, RUNNING);
    },
  };
}

/** What sees log lines and servers without an instrumentation. @returns functions that end it */
function startCaptures(settings: Settings): (() => void)[] {
  const restore = [captureFastify()];
  if (settings.captureConsole && settings.exporters.logs?.length !== 0) {
    restore.push(captureConsole(SDK_VERSION, settings.logBodyLengthMax));
  }
  if (settings.captureStdout && settings.exporters.logs?.length !== 0) {
    const lineLengthMax = settings.logBodyLengthMax;
    restore.push(captureOutput({ version: SDK_VERSION, lineLengthMax }));
  }
  return restore;
}

interface RunningSdk {
  readonly service: string;
  readonly flushOthers: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

interface SdkParts {
  readonly environment: Environment;
  readonly processors: Processors;
  readonly instrumentations: ReturnType<typeof chooseInstrumentations>;
}

function startSdk(settings: Settings, parts: SdkParts): RunningSdk {
  const { environment, processors } = parts;
  const readers = metricReaders(settings, environment);
  const spans = spanProcessors(settings, processors.spans);
  const logs = logProcessors(settings, processors.logs);
  const identity = readServiceIdentity(process.argv[1], process.cwd());
  const resource = describeResource(settings, identity, environment);
  // Nobody else asks before the first export, and a process may end before that.
  void resource.waitForAsyncAttributes?.();
  const service = resource.attributes["service.name"];
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    instrumentations: [...parts.instrumentations],
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
    service: typeof service === "string" ? service : "",
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
  const none: QueueCounters = {
    recorded: 0,
    sent: 0,
    delivered: 0,
    refused: 0,
    spooled: 0,
    dropped: 0,
    droppedByRank: [0, 0, 0, 0],
  };
  return {
    enabled: false,
    counters: () => ({
      spans: none,
      logRecords: none,
      spool: { resent: 0, refused: 0 },
      notRecorded: { belowLevel: 0, unsampled: 0 },
    }),
    flush: async () => true,
    shutdown: async () => undefined,
  };
}
