/** What an answer cost, and how the API says no. */
import { Type, type Static } from "typebox";

/** What an answer cost and whether it is whole. */
export const Meta = Type.Object({
  elapsedMs: Type.Number(),
  rowsRead: Type.Number(),
  bytesRead: Type.Number(),
  complete: Type.Boolean({ description: "false when a limit cut the answer short" }),
  asOfUnixNano: Type.Optional(
    Type.String({
      description:
        "when it was asked of ClickHouse, of answers that are shared by those who ask the same within a moment",
    }),
  ),
  reason: Type.Optional(Type.String({ description: "why it is not complete, and the remedy" })),
});
export type Meta = Static<typeof Meta>;

/** RFC 9457 problem details; every error of the API has this body. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Number(),
  code: Type.String({ description: "stable, one of the catalog in query/README.md" }),
  detail: Type.String({ description: "what was asked, what went wrong, and the remedy" }),
  position: Type.Optional(
    Type.Integer({
      description:
        "of invalid_query, sql_failed and sql_refused: where the fault begins, in UTF-16 code units",
    }),
  ),
  clickhouseCode: Type.Optional(
    Type.Integer({ description: "of sql_failed and sql_refused: ClickHouse's error code" }),
  ),
  length: Type.Optional(Type.Integer({ description: "of invalid_query: how long the fault is" })),
  expected: Type.Optional(Type.String({ description: "of invalid_query: what could stand there" })),
  suggestion: Type.Optional(
    Type.String({ description: "of invalid_query: what was probably meant" }),
  ),
});
export type Problem = Static<typeof Problem>;
