export type { Ingest, IngestOutcome, IngestRequest } from "./contract.ts";
