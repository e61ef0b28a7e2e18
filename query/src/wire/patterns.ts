/** Patterns of logs. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { UnixNano } from "./parts.ts";

const Template = Type.String({
  description:
    "tokens with one space between them; <num>, <uuid>, <hex>, <ip>, <time>, <email>, <str> and <*> stand for what varies, <...> for the rest of a long line",
});
const Q = Type.String({ description: "the filter that finds every log like it, and no other" });

/** `GET /api/logs/patterns`. */
export const LogPatterns = Type.Object({
  patterns: Type.Array(
    Type.Object({
      template: Template,
      q: Q,
      records: Type.Number({
        description:
          "logs of the pattern; each log is of one pattern. Estimated where countedEvery is not 1",
      }),
      baselineRecords: Type.Optional(Type.Number({ description: "the same in the baseline" })),
      change: Type.Optional(
        Type.Union(
          [
            Type.Literal("new"),
            Type.Literal("gone"),
            Type.Literal("changed"),
            Type.Literal("same"),
          ],
          {
            description:
              "against the baseline; changed: its rate at least doubled or halved, and by more than chance",
          },
        ),
      ),
      perMinute: Type.Number(),
      baselinePerMinute: Type.Optional(Type.Number()),
      firstUnixNano: UnixNano,
      lastUnixNano: UnixNano,
      severities: Type.Array(Type.Object({ severity: Type.String(), records: Type.Number() }), {
        description: "most frequent first",
      }),
      services: Type.Array(Type.Object({ service: Type.String(), records: Type.Number() }), {
        description: "most frequent first, at most 10",
      }),
      example: Type.Optional(
        Type.Object(
          { id: Type.String(), timeUnixNano: UnixNano, body: Type.String() },
          {
            description:
              "the newest, its body up to 1000 characters; absent where too many logs are of the same nanosecond",
          },
        ),
      ),
    }),
    { description: "most frequent first; with a baseline what is new, gone or changed before" },
  ),
  total: Type.Number({ description: "logs that meet the conditions" }),
  patternCount: Type.Number({ description: "patterns found, before `limit`" }),
  countedEvery: Type.Number({ description: "1 when every log was looked at" }),
  baselineTotal: Type.Optional(Type.Number()),
  baselineCountedEvery: Type.Optional(Type.Number()),
  meta: Meta,
});
export type LogPatterns = Static<typeof LogPatterns>;

/** `GET /api/logs/patterns/count`: every log like the template, counted. */
export const LogPatternCount = Type.Object({
  template: Template,
  q: Q,
  records: Type.Number(),
  firstUnixNano: Type.Optional(UnixNano),
  lastUnixNano: Type.Optional(UnixNano),
  meta: Meta,
});
export type LogPatternCount = Static<typeof LogPatternCount>;
