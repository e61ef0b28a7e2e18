/** One log and what is around it. */
import { Type, type Static } from "typebox";
import { LogRecord } from "./logs.ts";
import { Meta } from "./meta.ts";
import { UnixNano } from "./parts.ts";

/** `GET /api/logs/context`. Give the id of an outermost line to go on from it. */
export const LogContext = Type.Object({
  log: LogRecord,
  before: Type.Array(LogRecord, { description: "oldest first; the last is next to the log" }),
  after: Type.Array(LogRecord, { description: "oldest first; the first is next to the log" }),
  hasMoreBefore: Type.Boolean({ description: "or was not asked for" }),
  hasMoreAfter: Type.Boolean({ description: "or was not asked for" }),
  searchedFrom: UnixNano,
  searchedTo: UnixNano,
  meta: Meta,
});
export type LogContext = Static<typeof LogContext>;

/** `GET /api/logs/{id}` */
export const OneLog = Type.Object({
  log: LogRecord,
  previousId: Type.Optional(
    Type.String({ description: "of the line that the same producer wrote before it" }),
  ),
  nextId: Type.Optional(Type.String()),
  meta: Meta,
});
export type OneLog = Static<typeof OneLog>;
