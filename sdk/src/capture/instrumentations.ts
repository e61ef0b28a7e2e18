import {
  getNodeAutoInstrumentations,
  type InstrumentationConfigMap,
} from "@opentelemetry/auto-instrumentations-node";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { LevelControl } from "../levels/level-control.ts";
import { returnCorrelation } from "../request/install-correlation.ts";
import { noteOwnHeader } from "../request/own-header.ts";
import type { Settings } from "../settings.ts";
import { BunyanCapture } from "./bunyan.ts";
import { describeServerError } from "./fastify.ts";
import { PinoLevels } from "./pino-levels.ts";
import { QuietPino, QuietWinston } from "./quiet-loggers.ts";
import { WinstonCapture } from "./winston.ts";

/**
 * Off unless asked for: a span per file read, name lookup or socket buries the request it belongs to,
 * and the runtime's own figures are only read where metrics are exported. `router` is what Express 5 is made of:
 * with both instrumentations every layer of Express would be there twice.
 */
export const NOISY = [
  "@opentelemetry/instrumentation-fs",
  "@opentelemetry/instrumentation-dns",
  "@opentelemetry/instrumentation-net",
  "@opentelemetry/instrumentation-router",
] as const;

/** The automatic instrumentations as OTEL_NODE_ENABLED_/DISABLED_INSTRUMENTATIONS want them, ours, and the caller's own. */
export function chooseInstrumentations(
  settings: Settings,
  levels: LevelControl,
  callers: readonly Instrumentation[],
): readonly Instrumentation[] {
  const disableLogCorrelation = !settings.logIds;
  const config: InstrumentationConfigMap = {
    "@opentelemetry/instrumentation-http": {
      applyCustomAttributesOnSpan: describeServerError,
      ...(settings.correlation === "off" ? {} : { responseHook: returnCorrelation }),
    },
    "@opentelemetry/instrumentation-undici":
      settings.correlation === "off" ? {} : { requestHook: noteOwnHeader },
    "@opentelemetry/instrumentation-pino": { disableLogCorrelation },
    // Ours print the ids and make the records, respectively make the records only.
    "@opentelemetry/instrumentation-bunyan": {
      disableLogCorrelation: true,
      disableLogSending: true,
    },
    "@opentelemetry/instrumentation-winston": { disableLogCorrelation, disableLogSending: true },
  };
  if (!settings.instrumentationsChosen) {
    for (const name of NOISY) config[name] = { enabled: false };
    if (settings.exporters.metrics?.length === 0) {
      config["@opentelemetry/instrumentation-runtime-node"] = { enabled: false };
    }
  }
  const automatic = getNodeAutoInstrumentations(config);
  return [...automatic, ...ours(settings, levels, automatic), ...callers];
}

/** Ours stand behind OpenTelemetry's of the same logger, and are off where that one is. */
function ours(
  settings: Settings,
  levels: LevelControl,
  automatic: readonly Instrumentation[],
): readonly Instrumentation[] {
  if (settings.exporters.logs?.length === 0) return [];
  const has = (logger: string): boolean =>
    automatic.some(
      ({ instrumentationName }) =>
        instrumentationName === `@opentelemetry/instrumentation-${logger}`,
    );
  const attributesLengthMax = settings.logBodyLengthMax;
  const levelsChange = settings.requestDebug || settings.remoteConfig !== undefined;
  return [
    ...(has("winston")
      ? [new WinstonCapture({ levels, attributesLengthMax }), new QuietWinston()]
      : []),
    ...(settings.captureStdout && has("pino") ? [new QuietPino()] : []),
    ...(levelsChange && has("pino") ? [new PinoLevels(levels)] : []),
    ...(has("bunyan")
      ? [new BunyanCapture({ levels, levelsChange, logIds: settings.logIds, attributesLengthMax })]
      : []),
  ];
}
