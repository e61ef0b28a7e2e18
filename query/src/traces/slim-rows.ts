/** Rows of the small statements in `sql/trace.sql`. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";

export const peerRows = rowDecoder(Type.Object({ spanId: Type.String(), peer: Type.String() }));

export const slimLogRows = rowDecoder(
  Type.Object({
    timeUnixNano: Type.String(),
    hash: Type.String(),
    spanId: Type.String(),
    severityNumber: Type.Number(),
    severityText: Type.String(),
    serviceName: Type.String(),
    body: Type.String(),
    bodyCut: Type.Number(),
  }),
);
