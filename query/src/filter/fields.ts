/**
 * The fields that have a name of their own. Every other name is the key of an attribute. The table is also what
 * `GET /api/fields` and docs/search.md say.
 */

export type FilterSignal = "logs" | "traces";

export type StringColumn =
  | "ServiceName"
  | "SpanName"
  | "StatusMessage"
  | "Body"
  | "SeverityText"
  | "TraceId"
  | "SpanId"
  | "ParentSpanId"
  | "TraceState"
  | "EventName"
  | "ScopeName"
  | "ScopeVersion"
  | "ResourceSchemaUrl"
  | "ScopeSchemaUrl"
  | "SpanKind"
  | "StatusCode";
export type IntegerColumn =
  | "SeverityNumber"
  | "Duration"
  | "Flags"
  | "TraceFlags"
  | "DroppedAttributesCount"
  | "ResourceDroppedAttributesCount"
  | "ScopeDroppedAttributesCount"
  | "DroppedEventsCount"
  | "DroppedLinksCount";
export type TimeColumn = "Timestamp" | "ObservedTimestamp";
/** One number or time for each event or link of a span. */
export type IntegerListColumn =
  | "Events.DroppedAttributesCount"
  | "Links.Flags"
  | "Links.DroppedAttributesCount";
export type TimeListColumn = "Events.Timestamp";
export type ListColumn = "Events.Name" | "Links.TraceId" | "Links.SpanId" | "Links.TraceState";
/** Running text, asked for words: a body, a status message, or all texts of a span. */
export type TextPlace = "body" | "status-message" | "span";

/** What a field is made of. */
export type Target =
  | { readonly type: "text"; readonly place: TextPlace; readonly column: StringColumn }
  | { readonly type: "string"; readonly column: StringColumn }
  | { readonly type: "id"; readonly column: StringColumn; readonly digits: 16 | 32 }
  | {
      readonly type: "choice";
      readonly column: StringColumn;
      /** Stored texts by name; older exporters wrote OTLP's enum names. */
      readonly choices: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly type: "integer" | "duration"; readonly column: IntegerColumn }
  | { readonly type: "time"; readonly column: TimeColumn }
  | { readonly type: "integers"; readonly column: IntegerListColumn }
  | { readonly type: "times"; readonly column: TimeListColumn }
  | { readonly type: "severity" }
  | { readonly type: "boolean" }
  | { readonly type: "strings"; readonly column: ListColumn }
  | { readonly type: "ids"; readonly column: ListColumn; readonly digits: 16 | 32 }
  | {
      readonly type: "attribute";
      readonly scopes: readonly AttributeScope[];
      readonly key: string;
    };

export type AttributeScope = "record" | "resource" | "scope" | "events" | "links";

export interface Field {
  readonly name: string;
  /** Other names of the same. */
  readonly aliases: readonly string[];
  readonly signals: readonly FilterSignal[];
  readonly target: Target;
  readonly doc: string;
}

const LOGS: readonly FilterSignal[] = ["logs"];
const TRACES: readonly FilterSignal[] = ["traces"];
const BOTH: readonly FilterSignal[] = ["logs", "traces"];

const KINDS = choices("SPAN_KIND_", [
  "Unspecified",
  "Internal",
  "Server",
  "Client",
  "Producer",
  "Consumer",
]);
const STATUSES = choices("STATUS_CODE_", ["Unset", "Ok", "Error"]);

export const FIELDS: readonly Field[] = [
  field(
    "service",
    ["service.name"],
    BOTH,
    { type: "string", column: "ServiceName" },
    "service.name of the resource",
  ),
  field("version", [], BOTH, resource("service.version"), "service.version of the resource"),
  field(
    "env",
    ["environment"],
    BOTH,
    resource("deployment.environment.name"),
    "deployment.environment.name of the resource",
  ),
  field(
    "time",
    ["timestamp"],
    BOTH,
    { type: "time", column: "Timestamp" },
    "when the log was made, or the span began",
  ),
  field("trace", ["trace_id", "traceId"], BOTH, id("TraceId", 32), "trace id, 32 hex digits"),
  field("span", ["span_id", "spanId"], BOTH, id("SpanId", 16), "span id, 16 hex digits"),
  field("flags", [], BOTH, { type: "integer", column: "Flags" }, "OTLP's flags"),
  field(
    "scope",
    ["scope.name"],
    BOTH,
    { type: "string", column: "ScopeName" },
    "name of the instrumentation scope",
  ),
  field(
    "scope.version",
    [],
    BOTH,
    { type: "string", column: "ScopeVersion" },
    "version of the instrumentation scope",
  ),
  field(
    "scope.schema_url",
    [],
    BOTH,
    { type: "string", column: "ScopeSchemaUrl" },
    "schema URL of the instrumentation scope",
  ),
  field(
    "resource.schema_url",
    [],
    BOTH,
    { type: "string", column: "ResourceSchemaUrl" },
    "schema URL of the resource",
  ),
  field(
    "dropped.attributes",
    [],
    BOTH,
    { type: "integer", column: "DroppedAttributesCount" },
    "attributes that the sender dropped",
  ),
  field(
    "dropped.resource_attributes",
    [],
    BOTH,
    { type: "integer", column: "ResourceDroppedAttributesCount" },
    "resource attributes that the sender dropped",
  ),
  field(
    "dropped.scope_attributes",
    [],
    BOTH,
    { type: "integer", column: "ScopeDroppedAttributesCount" },
    "scope attributes that the sender dropped",
  ),

  field(
    "body",
    ["message", "msg"],
    LOGS,
    { type: "text", place: "body", column: "Body" },
    "the line; `:` looks for its words, `=` for the whole of it",
  ),
  field(
    "severity",
    ["level"],
    LOGS,
    { type: "severity" },
    "trace < debug < info < warn < error < fatal, or unset, or a number; by text where a record has no number",
  ),
  field(
    "severity.text",
    [],
    LOGS,
    { type: "string", column: "SeverityText" },
    "the severity as the sender wrote it",
  ),
  field(
    "severity.number",
    [],
    LOGS,
    { type: "integer", column: "SeverityNumber" },
    "OTLP's number, 1 to 24, 0 for none",
  ),
  field(
    "event",
    ["event.name"],
    LOGS,
    { type: "string", column: "EventName" },
    "name of the event that the log is",
  ),
  field(
    "observed",
    [],
    LOGS,
    { type: "time", column: "ObservedTimestamp" },
    "when the log was first collected",
  ),
  field(
    "trace.flags",
    [],
    LOGS,
    { type: "integer", column: "TraceFlags" },
    "W3C trace flags: 1 is sampled",
  ),

  field(
    "name",
    ["operation", "span.name"],
    TRACES,
    { type: "string", column: "SpanName" },
    "name of the span",
  ),
  field(
    "kind",
    [],
    TRACES,
    { type: "choice", column: "SpanKind", choices: KINDS },
    "server, client, internal, producer, consumer or unspecified",
  ),
  field(
    "status",
    [],
    TRACES,
    { type: "choice", column: "StatusCode", choices: STATUSES },
    "error, ok or unset",
  ),
  field(
    "status.message",
    [],
    TRACES,
    { type: "text", place: "status-message", column: "StatusMessage" },
    "the status in words",
  ),
  field(
    "duration",
    [],
    TRACES,
    { type: "duration", column: "Duration" },
    "how long the span took: 100ms, 1.5s, 2m30s, or digits as nanoseconds",
  ),
  field(
    "parent",
    ["parent_id", "parentId"],
    TRACES,
    id("ParentSpanId", 16),
    "span id of the parent, 16 hex digits",
  ),
  field("root", [], TRACES, { type: "boolean" }, "true for a span without a parent"),
  field("state", [], TRACES, { type: "string", column: "TraceState" }, "W3C trace state"),
  field(
    "event",
    ["event.name"],
    TRACES,
    { type: "strings", column: "Events.Name" },
    "name of one of the span's events",
  ),
  field(
    "link.trace",
    [],
    TRACES,
    { type: "ids", column: "Links.TraceId", digits: 32 },
    "trace id of one of the span's links",
  ),
  field(
    "link.span",
    [],
    TRACES,
    { type: "ids", column: "Links.SpanId", digits: 16 },
    "span id of one of the span's links",
  ),
  field(
    "link.state",
    [],
    TRACES,
    { type: "strings", column: "Links.TraceState" },
    "trace state of one of the span's links",
  ),
  field(
    "event.time",
    [],
    TRACES,
    { type: "times", column: "Events.Timestamp" },
    "when one of the span's events was",
  ),
  field(
    "event.dropped",
    [],
    TRACES,
    { type: "integers", column: "Events.DroppedAttributesCount" },
    "attributes that the sender dropped of one of the span's events",
  ),
  field(
    "link.flags",
    [],
    TRACES,
    { type: "integers", column: "Links.Flags" },
    "flags of one of the span's links",
  ),
  field(
    "link.dropped",
    [],
    TRACES,
    { type: "integers", column: "Links.DroppedAttributesCount" },
    "attributes that the sender dropped of one of the span's links",
  ),
  field(
    "dropped.events",
    [],
    TRACES,
    { type: "integer", column: "DroppedEventsCount" },
    "events that the sender dropped",
  ),
  field(
    "dropped.links",
    [],
    TRACES,
    { type: "integer", column: "DroppedLinksCount" },
    "links that the sender dropped",
  ),
  field(
    "exception.type",
    [],
    TRACES,
    exception("type"),
    "of the span's exception events, or of the span",
  ),
  field(
    "exception.message",
    [],
    TRACES,
    exception("message"),
    "of the span's exception events, or of the span",
  ),
  field(
    "exception.stacktrace",
    [],
    TRACES,
    exception("stacktrace"),
    "of the span's exception events, or of the span",
  ),
];

const BY_NAME: Readonly<Record<FilterSignal, ReadonlyMap<string, Field>>> = {
  logs: byName("logs"),
  traces: byName("traces"),
};

/** The field with this name; undefined for what is the key of an attribute. */
export function findField(signal: FilterSignal, name: string): Field | undefined {
  return BY_NAME[signal].get(name);
}

function byName(signal: FilterSignal): ReadonlyMap<string, Field> {
  const fields = FIELDS.filter((each) => each.signals.includes(signal));
  return new Map(
    fields.flatMap((each) => [each.name, ...each.aliases].map((name) => [name, each])),
  );
}

// oxlint-disable-next-line max-params -- one row of the table above
function field(
  name: string,
  aliases: readonly string[],
  signals: readonly FilterSignal[],
  target: Target,
  doc: string,
): Field {
  return { name, aliases, signals, target, doc };
}

function id(column: StringColumn, digits: 16 | 32): Target {
  return { type: "id", column, digits };
}

function resource(key: string): Target {
  return { type: "attribute", scopes: ["resource"], key };
}

function exception(key: string): Target {
  return { type: "attribute", scopes: ["events", "record"], key: `exception.${key}` };
}

function choices(
  prefix: string,
  names: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const texts = (name: string): readonly string[] => {
    const stored = [name, `${prefix}${name.toUpperCase()}`];
    // What was never set is stored as nothing, too.
    return name.startsWith("Un") ? [...stored, ""] : stored;
  };
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), texts(name)]));
}
