import {
  getNodeAutoInstrumentations,
  type InstrumentationConfigMap,
} from "@opentelemetry/auto-instrumentations-node";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Settings } from "../settings.ts";

/**
 * Off unless asked for: a span per file read, name lookup or socket buries the request it belongs to,
 * and the runtime's own figures are only read where metrics are exported. `router` is what Express 5 is made of:
 * with both instrumentations every layer of Express would be there twice.
 */
const NOISY = [
  "@opentelemetry/instrumentation-fs",
  "@opentelemetry/instrumentation-dns",
  "@opentelemetry/instrumentation-net",
  "@opentelemetry/instrumentation-router",
] as const;

/** The automatic instrumentations as OTEL_NODE_ENABLED_/DISABLED_INSTRUMENTATIONS want them, and the caller's own. */
export function chooseInstrumentations(
  settings: Settings,
  own: readonly Instrumentation[],
): readonly Instrumentation[] {
  const config: InstrumentationConfigMap = {};
  if (!settings.instrumentationsChosen) {
    for (const name of NOISY) config[name] = { enabled: false };
    if (settings.exporters.metrics?.length === 0) {
      config["@opentelemetry/instrumentation-runtime-node"] = { enabled: false };
    }
  }
  return [...getNodeAutoInstrumentations(config), ...own];
}
