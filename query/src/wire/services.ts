/** Services, and the state of the installation. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { Nanos } from "./parts.ts";

/** `GET /api/services`: from the per-minute rollups, over the asked range. */
export const Services = Type.Object({
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      spanCount: Type.Number(),
      errorCount: Type.Number(),
      logCount: Type.Number(),
      p50Nano: Type.Union([Nanos, Type.Null()], {
        description: "of server and consumer spans; null without any",
      }),
      p95Nano: Type.Union([Nanos, Type.Null()]),
      p99Nano: Type.Union([Nanos, Type.Null()]),
      operations: Type.Array(Type.String(), {
        description: "span names, most frequent first, at most 200",
      }),
    }),
  ),
  meta: Meta,
});
export type Services = Static<typeof Services>;

/** `GET /api/status`: what an empty page needs to say what to do next. */
export const Status = Type.Object({
  version: Type.String(),
  clickhouseVersion: Type.Union([Type.String(), Type.Null()], {
    description: "null while it does not answer",
  }),
  otlpGrpcEndpoint: Type.String(),
  otlpHttpEndpoint: Type.String(),
  hasTraces: Type.Boolean(),
  hasLogs: Type.Boolean(),
});
export type Status = Static<typeof Status>;
