/** Why the tables could not be brought up to date; the codes are stable and listed in the README. */
export type MigrationErrorCode =
  | "SCHEMA_NEWER"
  | "MIGRATION_CHANGED"
  | "LOCK_TIMEOUT"
  | "STATEMENT_FAILED"
  | "BAD_TEMPLATE"
  | "BAD_OPTION";

/** A migration that cannot go on; the message names the remedy. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "MigrationError";
    this.code = code;
  }
}
