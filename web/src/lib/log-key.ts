import type { LogRecord } from "@throughline/query/wire";
import { fnv1a } from "./service-color.ts";

/** Logs have no id of their own: their time and a hash of what they say name one in a URL. */
export function logKey(log: LogRecord): string {
  return itemKey(log.timeUnixNano, `${log.serviceName}\u0000${log.spanId}\u0000${log.body}`);
}

export function itemKey(timeUnixNano: string, text: string): string {
  return `${timeUnixNano}-${fnv1a(text).toString(16).padStart(8, "0")}`;
}
