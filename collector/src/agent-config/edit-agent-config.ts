import { mkdir, open, readFile, realpath, rename, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { isMap, parseDocument, type Document } from "yaml";
import type { AgentConfig, LogLevel } from "../contract.ts";
import { parseAgentConfig } from "./agent-config.ts";

/** What a person asks for; `undefined` takes a level back. */
export type AgentConfigEdit =
  | {
      readonly kind: "level";
      /** undefined for all services that have no level of their own. */
      readonly service: string | undefined;
      readonly level: LogLevel | undefined;
    }
  | { readonly kind: "requestDebug"; readonly allowed: boolean };

/** The file is as it was. `code` is stable. */
class AgentConfigError extends Error {
  override readonly name = "AgentConfigError";
  readonly code: "AGENT_CONFIG_INVALID" | "AGENT_CONFIG_BUSY" | "AGENT_CONFIG_BY_HAND";
  constructor(code: AgentConfigError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An edit takes milliseconds; what is older was left by one that died. */
const EDIT_MS_MAX = 10_000;

/**
 * Changes the file as a whole: whoever reads it sees it before or after. Comments and everything else in it stay. Of two edits at
 * once one fails and says so.
 * @returns what the file says now
 * @throws AgentConfigError, or the disk's own error
 */
export async function editAgentConfig(
  path: string,
  edits: readonly AgentConfigEdit[],
): Promise<AgentConfig> {
  await mkdir(dirname(path), { recursive: true });
  // A symbolic link stays one: what it points to is replaced.
  const target = await realpath(path).catch(() => path);
  const draft = `${target}.new`;
  const file = await createDraft(draft);
  try {
    const before = await readIfThere(target);
    const { text, config } = edited(before.text, edits, target);
    await file.writeFile(text);
    await file.chmod(before.mode);
    await file.sync();
    await file.close();
    await rename(draft, target);
    await syncDirectory(dirname(target));
    return config;
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(draft).catch(() => undefined);
    throw error;
  }
}

/** What the file says; an absent one says nothing. @throws AgentConfigError */
export async function readAgentConfig(path: string): Promise<AgentConfig> {
  return parsed((await readIfThere(path)).text, path);
}

function edited(
  before: string,
  edits: readonly AgentConfigEdit[],
  path: string,
): { readonly text: string; readonly config: AgentConfig } {
  parsed(before, path);
  const document = parseDocument(before);
  try {
    for (const edit of edits) apply(document, edit);
    const text = document.toString();
    const result = parseAgentConfig(text);
    // Anchors can make one line's change another's.
    if (result.kind === "ok" && edits.every((edit) => holds(result.config, edit))) {
      return { text, config: result.config };
    }
  } catch (error) {
    throw byHand(path, error);
  }
  throw byHand(path, undefined);
}

function apply(document: Document, edit: AgentConfigEdit): void {
  if (edit.kind === "requestDebug") {
    ensureMap(document, []);
    document.setIn(["requestDebug"], edit.allowed);
    return;
  }
  const parent = edit.service === undefined ? ["logLevels"] : ["logLevels", "services"];
  const key = edit.service ?? "default";
  if (edit.level === undefined) {
    if (document.hasIn([...parent, key])) document.deleteIn([...parent, key]);
    return;
  }
  for (let depth = 0; depth <= parent.length; depth++) ensureMap(document, parent.slice(0, depth));
  document.setIn([...parent, key], edit.level);
}

/** `services:` with nothing behind it is no map yet. */
function ensureMap(document: Document, path: readonly string[]): void {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isMap(node)) return;
  const empty = document.createNode({});
  if (path.length === 0) document.contents = empty;
  else document.setIn(path, empty);
}

function holds({ logLevels, requestDebug }: AgentConfig, edit: AgentConfigEdit): boolean {
  if (edit.kind === "requestDebug") return requestDebug === edit.allowed;
  if (edit.service === undefined) return logLevels.default === edit.level;
  const { services } = logLevels;
  const own = Object.hasOwn(services, edit.service) ? services[edit.service] : undefined;
  return own === edit.level;
}

function parsed(text: string, path: string): AgentConfig {
  const result = parseAgentConfig(text);
  if (result.kind === "ok") return result.config;
  throw new AgentConfigError(
    "AGENT_CONFIG_INVALID",
    `${path} cannot be used; mend it first. ${result.problems.join(" ")}`,
  );
}

function byHand(path: string, cause: unknown): AgentConfigError {
  return new AgentConfigError(
    "AGENT_CONFIG_BY_HAND",
    `${path} is written in a way that only a person can change; edit it by hand. It is as it was.`,
    { cause },
  );
}

async function createDraft(draft: string): Promise<FileHandle> {
  try {
    return await open(draft, "wx");
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const { mtimeMs } = await stat(draft);
  // In the future lies one that was left before the clock was set back.
  if (Math.abs(Date.now() - mtimeMs) < EDIT_MS_MAX) {
    throw new AgentConfigError(
      "AGENT_CONFIG_BUSY",
      `somebody else is changing the same file (${draft} is there); try again in ${EDIT_MS_MAX / 1000} s`,
    );
  }
  await unlink(draft);
  return open(draft, "wx");
}

const MODE_DEFAULT = 0o644;

async function readIfThere(
  path: string,
): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    const [text, { mode }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    return { text, mode: mode & 0o777 };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return { text: "", mode: MODE_DEFAULT };
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
