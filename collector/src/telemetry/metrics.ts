/**
 * Every number the collector tells about itself, created once and passed in; no global registry.
 *
 * The ledger, per signal, holds at every scrape:
 *
 *   records         received = accepted + rejected + dropped by rules
 *   body bytes      received = accepted + rejected
 *   records and
 *   block bytes     spooled + recovered + replayed = inserted + quarantined + waiting in the spool
 *
 * Body bytes are those of request bodies that arrived whole: decompressed, or as they came where decompressing was refused.
 * A request counts when its answer is known, on both sides in one step; until then it is in the gauges of what is in flight.
 *
 * and accepted = spooled in records, but for what is synced and not answered yet, or was synced in part before the disk failed.
 *
 * Who counts what:
 *   receive   received and rejected requests; received, accepted and rejected bytes; the acknowledgement's latency
 *   pipeline  received, accepted and rejected records (only a decoded request has records)
 *   spool     spooled, the spool gauges, sync time
 *   insert    inserted, quarantined, insert time
 *   agent-config  loads of its file; receive counts who asks for it
 *
 * A request that is refused whole is counted in requests and bytes only: nobody knows how many records
 * undecodable bytes hold. One whose body did not arrive whole (refused at its headers, too long, too slow) is counted in requests
 * only: a length that a client announces is no measure of anything.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Signal } from "../contract.ts";
import { registerProcessMetrics } from "./process-metrics.ts";

const PREFIX = "throughline_collector_";
const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];

/** Why something was not taken. `invalid_record` stands for all that is wrong with one record; all others refuse a request whole. */
export type RejectReason =
  | "malformed"
  | "too_large"
  | "too_slow"
  | "overloaded"
  | "unsupported_media"
  | "invalid_record"
  | "internal_error";

/** Records and bytes that passed one point of the pipeline. */
interface Flow {
  readonly records: Counter<"signal">;
  readonly bytes: Counter<"signal">;
  /** Either number may be 0 when the caller does not know it; both must be >= 0. */
  add(signal: Signal, records: number, bytes: number): void;
}

export interface CollectorMetrics {
  /** For `GET /metrics`; holds everything below and the process's own numbers. */
  readonly registry: Registry;

  readonly receivedRequests: Counter<"signal" | "transport" | "encoding">;
  readonly received: Flow;
  readonly accepted: Flow;
  readonly rejectedRequests: Counter<"signal" | "reason">;
  readonly rejectedRecords: Counter<"signal" | "reason">;
  readonly rejectedBytes: Counter<"signal" | "reason">;
  /** Records that filters and sampling left out; the client is told "accepted". */
  readonly droppedByRule: Counter<"rule" | "signal">;
  readonly redactedValues: Counter<"rule">;
  /** 1 after the start, one more after each reload that was right. */
  readonly rulesVersion: Gauge;
  readonly rulesReloadFailures: Counter;
  readonly spooled: Flow;
  /** Found in the spool at start: acknowledged by an earlier process. */
  readonly recovered: Flow;
  /** Came back from quarantine, because somebody asked for it. */
  readonly replayed: Flow;
  readonly inserted: Flow;
  readonly quarantined: Flow;

  readonly inFlightBytes: Gauge;
  readonly inFlightRequests: Gauge;
  readonly connections: Gauge<"transport">;
  /** Connections refused because `connectionsMax` were open. */
  readonly refusedConnections: Counter<"transport">;
  /** Clients that spoke TLS or the other port's protocol; the answer named the remedy. */
  readonly wrongProtocolConnections: Counter<"transport">;
  /** Reads of the log levels' file: `taken`, or `refused` because it is not usable. */
  readonly agentConfigLoads: Counter<"outcome">;
  /** Answers to applications that ask for their log level, by HTTP status. */
  readonly agentConfigRequests: Counter<"code">;
  readonly queueDepth: Gauge<"queue">;
  readonly segments: Gauge<"state">;
  /** Records and bytes on disk that are acknowledged and neither inserted nor quarantined. */
  readonly spoolRecords: Gauge<"signal">;
  /** Bytes of their blocks. */
  readonly spoolBlockBytes: Gauge<"signal">;
  readonly spoolBytes: Gauge;
  readonly quarantineBytes: Gauge;

  /** From the whole request received to its answer written, accepted requests only. */
  readonly ackSeconds: Histogram<"signal" | "transport">;
  readonly encodeSeconds: Histogram;
  readonly syncSeconds: Histogram;
  readonly insertSeconds: Histogram<"table">;
  readonly insertFailures: Counter<"table" | "action">;
}

/** Fine around the promise of 25 ms, coarse up to a minute. */
const LATENCY_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** All series a dashboard or an alert divides by start at 0 instead of being absent. */
export function createCollectorMetrics(): CollectorMetrics {
  const registry = new Registry();
  const metrics: CollectorMetrics = {
    registry,
    ...createFlowMetrics(registry),
    ...createGauges(registry),
    ...createTimings(registry),
    ...createRuleMetrics(registry),
    ...createAgentConfigMetrics(registry),
  };
  registerProcessMetrics(registry, PREFIX);
  return metrics;
}

function createRuleMetrics(registry: Registry) {
  const registers = [registry];
  return {
    droppedByRule: new Counter({
      name: `${PREFIX}dropped_by_rule_records_total`,
      help: "Records that a filter or sampling rule left out; accepted from the client, stored nowhere.",
      labelNames: ["rule", "signal"] as const,
      registers,
    }),
    redactedValues: new Counter({
      name: `${PREFIX}redacted_values_total`,
      help: "Values that a redaction rule changed.",
      labelNames: ["rule"] as const,
      registers,
    }),
    rulesVersion: new Gauge({
      name: `${PREFIX}rules_version`,
      help: "Which rules hold: 1 after the start, one more after each reload that was right.",
      registers,
    }),
    rulesReloadFailures: new Counter({
      name: `${PREFIX}rules_reload_failures_total`,
      help: "Reloads of the rules file that failed; the rules before went on holding.",
      registers,
    }),
  };
}

function createFlowMetrics(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: PREFIX + name, help, labelNames, registers: [registry] });
  return {
    receivedRequests: counter(
      "received_requests_total",
      "Export requests that arrived whole, decompressed.",
      ["signal", "transport", "encoding"],
    ),
    received: createFlow(registry, "received", "that arrived in decoded requests", {
      bytes: "of request bodies that arrived whole and were answered, decompressed",
    }),
    accepted: createFlow(registry, "accepted", "acknowledged after the sync", {
      bytes: "of request bodies acknowledged after the sync, decompressed",
    }),
    rejectedRequests: counter(
      "rejected_requests_total",
      "Requests refused whole, by reason; without a signal where they did not get so far as to say.",
      ["signal", "reason"],
    ),
    rejectedRecords: counter(
      "rejected_records_total",
      "Records refused one by one in requests otherwise accepted (OTLP partial_success), by what was wrong with them.",
      ["signal", "reason"],
    ),
    rejectedBytes: counter(
      "rejected_bytes_total",
      "Bytes of request bodies that arrived whole and were refused, by reason; as they came where decompressing was refused.",
      ["signal", "reason"],
    ),
    spooled: createFlow(registry, "spooled", "written to segments and synced", {
      bytes: "of encoded blocks written to segments and synced",
    }),
    recovered: createFlow(registry, "recovered", "found in the spool at start", {
      bytes: "of blocks found in the spool at start, acknowledged by an earlier process",
    }),
    replayed: createFlow(registry, "replayed", "that came back from quarantine", {
      bytes: "of blocks that came back from quarantine",
    }),
    inserted: createFlow(registry, "inserted", "that ClickHouse has confirmed", {
      bytes: "of segments that ClickHouse has confirmed",
    }),
    quarantined: createFlow(registry, "quarantined", "that ClickHouse refused, kept aside", {
      bytes: "of segments that ClickHouse refused, kept aside",
    }),
  };
}

function createFlow(
  registry: Registry,
  name: string,
  recordsHelp: string,
  help: { readonly bytes: string },
): Flow {
  const labelNames = ["signal"] as const;
  const registers = [registry];
  const records = new Counter({
    name: `${PREFIX}${name}_records_total`,
    help: `Records ${recordsHelp}.`,
    labelNames,
    registers,
  });
  const bytes = new Counter({
    name: `${PREFIX}${name}_bytes_total`,
    help: `Bytes ${help.bytes}.`,
    labelNames,
    registers,
  });
  for (const signal of SIGNALS) {
    records.inc({ signal }, 0);
    bytes.inc({ signal }, 0);
  }
  return {
    records,
    bytes,
    add(signal, recordsAdded, bytesAdded) {
      records.inc({ signal }, recordsAdded);
      bytes.inc({ signal }, bytesAdded);
    },
  };
}

function createGauges(registry: Registry) {
  const gauge = <L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ) => new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
  const connectionCounter = (name: string, help: string) =>
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: ["transport"] as const,
      registers: [registry],
    });
  const spoolRecords = gauge(
    "spool_records",
    "Records acknowledged and waiting on disk for ClickHouse.",
    ["signal"],
  );
  const spoolBlockBytes = gauge(
    "spool_block_bytes",
    "Bytes of blocks acknowledged and waiting on disk for ClickHouse.",
    ["signal"],
  );
  for (const signal of SIGNALS) {
    spoolRecords.set({ signal }, 0);
    spoolBlockBytes.set({ signal }, 0);
  }
  return {
    inFlightBytes: gauge("in_flight_bytes", "Bytes held for requests not yet answered."),
    inFlightRequests: gauge("in_flight_requests", "Requests not yet answered."),
    connections: gauge("connections", "Open client connections.", ["transport"]),
    refusedConnections: connectionCounter(
      "refused_connections_total",
      "Connections closed at once because the limit was reached.",
    ),
    wrongProtocolConnections: connectionCounter(
      "wrong_protocol_connections_total",
      "Connections that spoke TLS or the other port's protocol, and were told so.",
    ),
    queueDepth: gauge("queue_depth", "Items waiting, by queue.", ["queue"]),
    segments: gauge("segments", "Segment files on disk, by state.", ["state"]),
    spoolRecords,
    spoolBlockBytes,
    spoolBytes: gauge("spool_bytes", "Bytes of segment files waiting on disk for ClickHouse."),
    quarantineBytes: gauge("quarantine_bytes", "Bytes of segment files in quarantine."),
  };
}

function createAgentConfigMetrics(registry: Registry) {
  const agentConfigLoads = new Counter({
    name: `${PREFIX}agent_config_loads_total`,
    help: "Reads of the file with the applications' log levels, by outcome (taken or refused).",
    labelNames: ["outcome"] as const,
    registers: [registry],
  });
  for (const outcome of ["taken", "refused"]) agentConfigLoads.inc({ outcome }, 0);
  const agentConfigRequests = new Counter({
    name: `${PREFIX}agent_config_requests_total`,
    help: "Answers to applications that ask for their log level, by HTTP status.",
    labelNames: ["code"] as const,
    registers: [registry],
  });
  return { agentConfigLoads, agentConfigRequests };
}

function createTimings(registry: Registry) {
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ) =>
    new Histogram({
      name: PREFIX + name,
      help,
      labelNames,
      registers: [registry],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
  return {
    ackSeconds: histogram(
      "ack_latency_seconds",
      "From the whole request received to its acknowledgement, sync included.",
      ["signal", "transport"],
    ),
    encodeSeconds: histogram("encode_seconds", "One batch in an encoding worker, queue excluded."),
    syncSeconds: histogram("sync_seconds", "One group commit: write and fdatasync."),
    insertSeconds: histogram("insert_seconds", "One segment's INSERT, answer included.", ["table"]),
    insertFailures: new Counter({
      name: `${PREFIX}insert_failures_total`,
      help: "INSERTs that failed, by what was done next (retry or quarantine).",
      labelNames: ["table", "action"] as const,
      registers: [registry],
    }),
  };
}
