import { createHmac, randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { EngineError } from "./errors.ts";

/** The three users of the embedded ClickHouse and their passwords. */
export interface EngineCredentials {
  readonly throughline: string;
  readonly throughline_query: string;
  readonly grafana: string;
}

const PASSWORD_BYTES = 24;

/**
 * Of the user that runs statements people type. Made of another's, who may do more: so that the file, which people
 * keep and copy, stays as it is.
 */
export function sqlPassword(credentials: EngineCredentials): string {
  return createHmac("sha256", credentials.throughline_query)
    .update("throughline_sql")
    .digest("base64url");
}

/**
 * Reads the passwords, or makes them at the first start. The file is created exclusively with mode 0600 and
 * never overwritten: passwords that someone copied into a Grafana stay valid.
 */
export function loadCredentials(file: string): EngineCredentials {
  const existing = readCredentials(file);
  if (existing) {
    chmodSync(file, 0o600);
    return existing;
  }
  const made: EngineCredentials = {
    throughline: password(),
    throughline_query: password(),
    grafana: password(),
  };
  try {
    writeFileSync(file, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    // Two first starts at once: the other one wrote the file between our look and our write.
    const other = isCode(error, "EEXIST") ? readCredentials(file) : undefined;
    if (other) return other;
    throw error;
  }
}

function readCredentials(file: string): EngineCredentials | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  return parseCredentials(text, file);
}

function parseCredentials(text: string, file: string): EngineCredentials {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const throughline = field(value, "throughline");
  const query = field(value, "throughline_query");
  const grafana = field(value, "grafana");
  if (throughline === undefined || query === undefined || grafana === undefined) {
    throw new EngineError(
      "START_FAILED",
      `${file} must hold the passwords of throughline, throughline_query and grafana; restore it, or delete it to have new ones made`,
    );
  }
  return { throughline, throughline_query: query, grafana };
}

function field(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function password(): string {
  return randomBytes(PASSWORD_BYTES).toString("base64url");
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
