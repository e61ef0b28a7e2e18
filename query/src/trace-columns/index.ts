/** A trace as columns, for browsers and other clients: no Node, no ClickHouse. */
export { decodeTraceColumns, spanIdAt, TraceColumnsError } from "./decode.ts";
export { SpanFlag, type TraceColumns, type TraceColumnsAbout } from "./format.ts";
