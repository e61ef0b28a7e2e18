/** A trace as columns, for browsers and other clients: no Node, no ClickHouse. */
export { decodeTraceColumns, spanIdAt, TraceColumnsError } from "./decode.ts";
export { IdTable } from "./id-table.ts";
export { SpanFlag, type TraceColumns, type TraceColumnsAbout } from "./format.ts";
