import type { LogRecord } from "@throughline/query/wire";
import { logKey } from "../lib/log-key.ts";

/** A live list names its logs again whenever some come. */
const known = new WeakMap<LogRecord, string>();

function keyOf(log: LogRecord): string {
  const key = known.get(log) ?? logKey(log);
  known.set(log, key);
  return key;
}

/** One name for each log, as it stands in the URL: two records can say the same at the same nanosecond. */
export function uniqueKeys(logs: readonly LogRecord[]): readonly string[] {
  const seen = new Map<string, number>();
  return logs.map((log) => {
    const key = keyOf(log);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count === 0 ? key : `${key}~${count}`;
  });
}
