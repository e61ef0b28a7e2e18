/** What every answer is made of. */
import { Type } from "typebox";

export const UnixNano = Type.String({
  pattern: "^[0-9]{1,20}$",
  description: "nanoseconds since 1970, decimal",
});
export const Nanos = Type.String({
  pattern: "^[0-9]{1,20}$",
  description: "a duration in nanoseconds, decimal",
});
export const TraceIdHex = Type.String({ description: "32 lower-case hex digits, or empty" });
export const SpanIdHex = Type.String({ description: "16 lower-case hex digits, or empty" });
export const Attributes = Type.Record(Type.String(), Type.String());
