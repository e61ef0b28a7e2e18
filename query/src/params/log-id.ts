/**
 * The id of a log, which has none of its own: its time and the hash of its row, as `sql/logs.sql` writes it. Logs that are
 * equal in everything hashed have the same id.
 */
import { type Parsed, invalid, value } from "./result.ts";

export interface LogId {
  /** Nanoseconds since 1970, decimal. */
  readonly timeUnixNano: string;
  /** UInt64, decimal. */
  readonly rowHash: string;
}

const ID = /^([0-9]{1,19})-([0-9a-f]{16})$/;
const INT64_MAX = 2n ** 63n - 1n;

export function parseLogId(text: string): Parsed<LogId> {
  const match = ID.exec(text);
  const [, time = "", hash = ""] = match ?? [];
  if (match === null || BigInt(time) > INT64_MAX) {
    return invalid("the id of a log record: unix nanoseconds, a hyphen and 16 hex digits");
  }
  return value({ timeUnixNano: time, rowHash: String(BigInt(`0x${hash}`)) });
}

export function formatLogId(id: LogId): string {
  return `${id.timeUnixNano}-${BigInt(id.rowHash).toString(16).padStart(16, "0")}`;
}
