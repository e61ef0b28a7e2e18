export type { Trace } from "./wire.ts";
