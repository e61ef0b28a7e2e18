/** Who calls whom. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { Nanos, UnixNano } from "./parts.ts";

const NodeKind = Type.Union([
  Type.Literal("service"),
  Type.Literal("database"),
  Type.Literal("queue"),
  Type.Literal("external"),
]);

export const ServiceMapNode = Type.Object({
  id: Type.String({ description: "`kind:system/name`, or `kind:name` where there is no system" }),
  kind: NodeKind,
  name: Type.String(),
  system: Type.String({ description: "of a database or queue: postgresql, kafka; else empty" }),
  requests: Type.Number({
    description: "of a service: its server and consumer spans; of the rest: calls to it",
  }),
  errors: Type.Number(),
  p50Nano: Type.Union([Nanos, Type.Null()], { description: "null where only edges know" }),
  p95Nano: Type.Union([Nanos, Type.Null()]),
  p99Nano: Type.Union([Nanos, Type.Null()]),
});
export type ServiceMapNode = Static<typeof ServiceMapNode>;

export const ServiceMapEdge = Type.Object({
  from: Type.String({ description: "id of a node" }),
  to: Type.String({ description: "id of a node" }),
  connection: Type.Union([
    Type.Literal("http"),
    Type.Literal("rpc"),
    Type.Literal("messaging"),
    Type.Literal("database"),
    Type.Literal("other"),
  ]),
  calls: Type.Number(),
  errors: Type.Number({ description: "calls that either side calls failed" }),
  durationSumNano: Nanos,
  p50Nano: Type.String({
    pattern: "^[0-9]{1,20}$",
    description:
      "of the called service's spans; of calls to databases, queues and external systems, of the calling spans",
  }),
  p95Nano: Nanos,
  p99Nano: Nanos,
});
export type ServiceMapEdge = Static<typeof ServiceMapEdge>;

/** `GET /api/service-map`: over whole buckets of five minutes. */
export const ServiceMap = Type.Object({
  fromUnixNano: UnixNano,
  toUnixNano: UnixNano,
  nodes: Type.Array(ServiceMapNode),
  edges: Type.Array(ServiceMapEdge),
  computedUpToUnixNano: Type.Union([UnixNano, Type.Null()], {
    description:
      "end of the newest bucket that was computed beforehand; what is newer was counted from spans for this answer",
  }),
  staleBuckets: Type.Number({
    description:
      "computed buckets of five minutes that got spans since; what came is not counted before they are computed again",
  }),
  meta: Meta,
});
export type ServiceMap = Static<typeof ServiceMap>;
