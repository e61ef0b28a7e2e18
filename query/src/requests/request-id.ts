/** What people paste when they look for a request, read as the ids that are stored. Pure. */
export interface RequestId {
  /** As given, without the space around it; also what attributes are compared with. */
  readonly text: string;
  /** Which of the known forms it has; `text` when none. */
  readonly form: RequestIdForm;
  /** 32 lower-case hex digits each. */
  readonly traceIds: readonly string[];
  /** 16 lower-case hex digits each. */
  readonly spanIds: readonly string[];
}

type RequestIdForm =
  | "trace_id"
  | "span_id"
  | "uuid"
  | "decimal"
  | "traceparent"
  | "b3"
  | "uber-trace-id"
  | "x-amzn-trace-id"
  | "text";

interface Reading {
  readonly form: RequestIdForm;
  readonly pattern: RegExp;
  readonly read: (groups: readonly string[]) => Pick<RequestId, "traceIds" | "spanIds">;
}

/** A 64-bit id is stored with zeros before it. */
const traceOf = (hex: string): readonly string[] => [hex.toLowerCase().padStart(32, "0")];
const spanOf = (hex: string): readonly string[] => [hex.toLowerCase().padStart(16, "0")];

/** The first that fits is taken. Headers are read with their name or without. */
const READINGS: readonly Reading[] = [
  {
    form: "traceparent",
    pattern:
      /^(?:traceparent\s*[:=]\s*)?[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/i,
    read: ([trace = ""]) => ({ traceIds: traceOf(trace), spanIds: [] }),
  },
  {
    form: "x-amzn-trace-id",
    pattern:
      /^(?:x-amzn-trace-id\s*[:=]\s*)?(?:[^;]*;)*\s*root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;.*)?$/i,
    read: ([time = "", rest = ""]) => ({ traceIds: traceOf(`${time}${rest}`), spanIds: [] }),
  },
  {
    form: "uber-trace-id",
    pattern:
      /^(?:uber-trace-id\s*[:=]\s*)?([0-9a-f]{1,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}$/i,
    read: ([trace = ""]) => ({ traceIds: traceOf(trace), spanIds: [] }),
  },
  {
    form: "b3",
    pattern:
      /^(?:b3\s*[:=]\s*)?([0-9a-f]{32}|[0-9a-f]{16})-[0-9a-f]{16}(?:-[01d](?:-[0-9a-f]{16})?)?$/i,
    read: ([trace = ""]) => ({ traceIds: traceOf(trace), spanIds: [] }),
  },
  {
    form: "uuid",
    pattern: /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i,
    read: (parts) => ({ traceIds: traceOf(parts.join("")), spanIds: [] }),
  },
  {
    form: "trace_id",
    pattern: /^(?:0x)?([0-9a-f]{32})$/i,
    read: ([trace = ""]) => ({ traceIds: traceOf(trace), spanIds: [] }),
  },
  {
    form: "decimal",
    pattern: /^(\d{17,39})$/,
    read: ([digits = ""]) => readDecimal(digits),
  },
  {
    // Of a span, or of a trace of 64 bits.
    form: "span_id",
    pattern: /^(?:0x)?([0-9a-f]{16})$/i,
    read: ([id = ""]) => ({ traceIds: traceOf(id), spanIds: spanOf(id) }),
  },
  {
    // Shorter numbers are rarely ids of Datadog, and often of orders.
    form: "decimal",
    pattern: /^(\d{10,16})$/,
    read: ([digits = ""]) => readDecimal(digits),
  },
];

export function readRequestId(given: string): RequestId {
  const text = given.trim();
  for (const { form, pattern, read } of READINGS) {
    const groups = pattern.exec(text);
    if (groups === null) continue;
    const { traceIds, spanIds } = read(groups.slice(1));
    return { text, form, traceIds: traceIds.filter(isId), spanIds: spanIds.filter(isId) };
  }
  return { text, form: "text", traceIds: [], spanIds: [] };
}

/** Datadog's: 64 bits are the low half of a trace's id, or a span's; more are a whole trace's. */
function readDecimal(digits: string): Pick<RequestId, "traceIds" | "spanIds"> {
  const hex = BigInt(digits).toString(16);
  if (hex.length > 32) return { traceIds: [], spanIds: [] };
  const both = { traceIds: traceOf(hex), spanIds: hex.length > 16 ? [] : spanOf(hex) };
  if (!/^\d{16}$/.test(digits)) return both;
  // Sixteen digits are hex just as well.
  return {
    traceIds: [...both.traceIds, ...traceOf(digits)],
    spanIds: [...both.spanIds, ...spanOf(digits)],
  };
}

/** Zeros alone are nobody's id. */
function isId(hex: string): boolean {
  return !/^0*$/.test(hex);
}
