import { ClickHouseError } from "@clickhouse/client";

/** What the inserter does next with a segment that ClickHouse did not take. */
export type InsertFailure =
  /** The segment stays in the spool. */
  | {
      readonly action: "retry";
      readonly delayMs: number;
      /** `server`: no other segment would fare better now, so all of them wait. */
      readonly scope: "server" | "segment";
      readonly reason: string;
    }
  /** Kept in a side directory, operator told. */
  | { readonly action: "quarantine"; readonly reason: string };

/** Codes that blame the bytes themselves, so no retry can help. */
const POISON: ReadonlySet<string> = new Set([
  "6", // CANNOT_PARSE_TEXT
  "7", // INCORRECT_NUMBER_OF_COLUMNS
  "9", // SIZES_OF_COLUMNS_DOESNT_MATCH
  "26", // CANNOT_PARSE_QUOTED_STRING
  "27", // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  "38", // CANNOT_PARSE_DATE
  "41", // CANNOT_PARSE_DATETIME
  "53", // TYPE_MISMATCH
  "69", // ARGUMENT_OUT_OF_BOUND
  "70", // CANNOT_CONVERT_TYPE
  "72", // CANNOT_PARSE_NUMBER
  "117", // INCORRECT_DATA
  "128", // TOO_LARGE_ARRAY_SIZE
  "131", // TOO_LARGE_STRING_SIZE
  "190", // SIZES_OF_ARRAYS_DONT_MATCH
  "321", // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
]);

/**
 * Codes that may blame the bytes: a torn block and a torn connection read the same, and so do a damaged type name
 * in a block and a server that does not know the type yet. Blamed on the bytes after some tries.
 */
const DOUBTFUL: ReadonlySet<string> = new Set([
  "3", // UNEXPECTED_END_OF_FILE
  "32", // ATTEMPT_TO_READ_AFTER_EOF
  "33", // CANNOT_READ_ALL_DATA
  "50", // UNKNOWN_TYPE
  "62", // SYNTAX_ERROR
]);
const DOUBTFUL_ATTEMPTS_MAX = 5;

/**
 * Codes that any segment would meet now. All others, a memory limit included, hold back only the segment that met
 * them: a damaged length can ask for terabytes, and must not stop its neighbours.
 */
const SERVER_SCOPE: ReadonlySet<string> = new Set([
  "81", // UNKNOWN_DATABASE
  "164", // READONLY
  "192", // UNKNOWN_USER
  "193", // WRONG_PASSWORD
  "194", // REQUIRED_PASSWORD
  "202", // TOO_MANY_SIMULTANEOUS_QUERIES
  "210", // NETWORK_ERROR
  "243", // NOT_ENOUGH_SPACE
  "252", // TOO_MANY_PARTS: until merges have caught up; meanwhile what arrives waits in fewer, larger segments
  "516", // AUTHENTICATION_FAILED
]);

/** Errors of the spool's own disk: ClickHouse was not even asked, or has answered. */
const DISK: ReadonlySet<string> = new Set([
  "EACCES",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENFILE",
  "ENOENT",
  "ENOSPC",
  "EPERM",
  "EROFS",
  "ESTALE",
]);

/** Of our own errors. */
const UNDECIDED: ReadonlySet<string> = new Set(["INSERT_STILL_RUNNING", "VIEWS_UNDECIDED"]);

const DELAY_FIRST_MS = 100;
const SEGMENT_DELAY_MAX_MS = 30_000;
/** Shorter: while the server is away a probe costs nothing, and its return should be noticed. */
const SERVER_DELAY_MAX_MS = 5_000;

/**
 * Unknown failures retry: waiting costs disk, guessing costs data. A lost reply may hide a done insert, so
 * every retry carries the same deduplication token.
 * @param attempt 1 for the first failure; delays are 100 ms, 200 ms … up to 30 s, or 5 s where the server is away
 * @param doubts how often an answer was doubtful, this one included: of refused connections no bytes are to blame
 */
export function classifyInsertFailure(
  error: unknown,
  attempt: number,
  doubts = attempt,
): InsertFailure {
  const reason = reasonOf(error);
  if (!(error instanceof ClickHouseError)) {
    // The spool's own file: reading it again will not mend it.
    if (codeOf(error) === "SPOOL_DAMAGED_FRAME") return { action: "quarantine", reason };
    // The server has just answered: it is what became of this segment's own earlier INSERT that is not decided.
    if (UNDECIDED.has(codeOf(error) ?? "")) return retry("segment", attempt, reason);
    if (isDiskError(error)) return retry("segment", attempt, `the spool's disk: ${reason}`);
    return retry("server", attempt, reason);
  }
  if (POISON.has(error.code)) return { action: "quarantine", reason };
  if (isDoubtful(error) && doubts >= DOUBTFUL_ATTEMPTS_MAX) {
    return { action: "quarantine", reason };
  }
  return retry(SERVER_SCOPE.has(error.code) ? "server" : "segment", attempt, reason);
}

/** Whether the bytes may be to blame. */
export function isDoubtful(error: unknown): boolean {
  return error instanceof ClickHouseError && DOUBTFUL.has(error.code);
}

function isDiskError(error: unknown): boolean {
  if (!(error instanceof Error) || ("syscall" in error && error.syscall === "connect"))
    return false;
  return DISK.has(codeOf(error) ?? "");
}

function retry(scope: "server" | "segment", attempt: number, reason: string): InsertFailure {
  const delayMaxMs = scope === "server" ? SERVER_DELAY_MAX_MS : SEGMENT_DELAY_MAX_MS;
  const delayMs = Math.min(DELAY_FIRST_MS * 2 ** Math.min(attempt - 1, 20), delayMaxMs);
  return { action: "retry", scope, delayMs, reason };
}

function reasonOf(error: unknown): string {
  if (error instanceof ClickHouseError) {
    return `ClickHouse code ${error.code} (${error.type ?? "no name"}): ${error.message.slice(0, 1000)}`;
  }
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(reasonOf).join("; ");
  }
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
