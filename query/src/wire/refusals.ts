/** What the collector refused lately, for whoever wonders why nothing arrives. */
import { Type, type Static } from "typebox";

export const Refusal = Type.Object({
  transport: Type.Union([Type.Literal("grpc"), Type.Literal("http")]),
  signal: Type.Union(
    [Type.Literal("traces"), Type.Literal("logs"), Type.Literal("metrics"), Type.Null()],
    { description: "null where the request or the connection did not get so far as to say" },
  ),
  reason: Type.String({
    description:
      "malformed, too_large, too_slow, overloaded, unsupported_media, invalid_record, internal_error, wrong_protocol, unknown_path",
  }),
  message: Type.String({ description: "of the newest: what its sender was told" }),
  requests: Type.Number({ description: "since the collector started" }),
  records: Type.Number({
    description: "refused out of requests that were accepted; 0 where whole requests were refused",
  }),
  ageMs: Type.Number({ description: "since the newest" }),
});
export type Refusal = Static<typeof Refusal>;

/** `GET /api/refusals`: one for each transport, signal and reason, newest first. */
export const Refusals = Type.Object({
  refusals: Type.Array(Refusal),
  problem: Type.Union([Type.String(), Type.Null()], {
    description: "why the collector could not be asked; null when it answered",
  }),
});
export type Refusals = Static<typeof Refusals>;
