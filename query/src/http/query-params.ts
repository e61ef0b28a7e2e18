/**
 * The query strings of the endpoints. AJV checks their shape against these schemas (unknown names, lengths, whole
 * numbers); `parse-query.ts` reads what is inside the texts.
 */
import { Type, type Static } from "typebox";
import { FILTER_LIMITS } from "../filter/limits.ts";

const Time = (description: string) =>
  Type.Optional(
    Type.String({
      maxLength: 64,
      description: `${description}. RFC 3339, unix digits (s, ms, us or ns by their count), or relative: now-1h`,
    }),
  );
const Name = (description: string) => Type.Optional(Type.String({ maxLength: 1_000, description }));
const Duration = (description: string) =>
  Type.Optional(
    Type.String({
      maxLength: 64,
      description: `${description}: 100ms, 1.5s, 2m30s, or nanoseconds`,
    }),
  );
const Attributes = (what: string) =>
  Type.Optional(
    Type.Array(Type.String({ maxLength: 4_000 }), {
      maxItems: 10,
      description: `key=value; repeat for more, all must hold. ${what}`,
    }),
  );
const Cursor = Type.Optional(
  Type.String({
    maxLength: 2_000,
    description:
      "nextCursor of the page before; carries the range, so from and to are not read again",
  }),
);
const Q = (what: string) =>
  Type.Optional(
    Type.String({
      maxLength: FILTER_LIMITS.textLengthMax,
      description: `a filter, such as \`${what}\`; docs/search.md has the language. Holds together with the other parameters`,
    }),
  );
/** A misspelt name is refused. */
export const Strict = { additionalProperties: false } as const;

export const RANGE = {
  from: Time("start of the range, inclusive; default now-24h"),
  to: Time("end of the range, exclusive; default now"),
};

/** What a question about spans may ask for; every endpoint over spans takes these. */
export const TRACE_FILTERS = {
  q: Q("service:checkout duration>100ms -http.route:/health"),
  service: Name("service.name of the span"),
  operation: Name("name of the span"),
  minDuration: Duration("the span took at least"),
  maxDuration: Duration("the span took at most"),
  status: Type.Optional(
    Type.Union([Type.Literal("error"), Type.Literal("ok"), Type.Literal("unset")], {
      description: "status of the span",
    }),
  ),
  attribute: Attributes("An attribute of the span or of its resource."),
};

export const TraceQuery = Type.Object(
  {
    ...TRACE_FILTERS,
    ...RANGE,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Cursor,
    sort: Type.Optional(
      Type.Union([Type.Literal("newest"), Type.Literal("longest")], {
        default: "newest",
        description: "longest: by the length of the whole trace, over all of the range",
      }),
    ),
    strip: Type.Optional(
      Type.Literal("1", { description: "adds `strip` to each trace, for a mini-waterfall" }),
    ),
    verdict: Type.Optional(
      Type.Literal("1", {
        description: "adds `verdict` to each trace, as the opened trace has it",
      }),
    ),
  },
  Strict,
);
export type TraceQuery = Static<typeof TraceQuery>;

/** What a question about logs may ask for; every endpoint over logs takes these. */
export const LOG_FILTERS = {
  q: Q('service:checkout severity>=warn "card declined"'),
  service: Name("service.name of the log"),
  severity: Type.Optional(
    Type.String({
      maxLength: 16,
      description: "this severity and above: TRACE, DEBUG, INFO, WARN, ERROR, FATAL or 1..24",
    }),
  ),
  text: Type.Optional(
    Type.String({
      maxLength: 1_000,
      description: 'words of the body, all of which must occur in any case; "quoted" for a phrase',
    }),
  ),
  traceId: Type.Optional(Type.String({ maxLength: 64, description: "32 hex digits" })),
  spanId: Type.Optional(Type.String({ maxLength: 64, description: "16 hex digits" })),
  attribute: Attributes("An attribute of the log or of its resource."),
};

export const LOG_RANGE = {
  from: Time("start of the range, inclusive; default now-24h, with traceId the beginning"),
  to: Time("end of the range, exclusive; default now"),
};

export const LogQuery = Type.Object(
  {
    ...LOG_FILTERS,
    ...LOG_RANGE,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
    cursor: Cursor,
  },
  Strict,
);
export type LogQuery = Static<typeof LogQuery>;

export const HistogramQuery = Type.Object(
  {
    ...LOG_FILTERS,
    ...LOG_RANGE,
    buckets: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        default: 100,
        description: "how many buckets fit; the width is the next readable one",
      }),
    ),
  },
  Strict,
);
export type HistogramQuery = Static<typeof HistogramQuery>;

export const ServiceQuery = Type.Object(
  {
    from: Time("start of the range, rounded down to the minute; default now-1h"),
    to: Time("end of the range, rounded up to the minute; default now"),
  },
  Strict,
);
export type ServiceQuery = Static<typeof ServiceQuery>;

export const NoQuery = Type.Object({}, Strict);

export const TraceParams = Type.Object({
  traceId: Type.String({ description: "32 hex digits" }),
});
