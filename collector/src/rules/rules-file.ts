/**
 * The rules file while the collector runs: read at the start, and again when it changes or on request. What is read is
 * checked first; where something is wrong, the rules that hold go on holding, and the log and a counter say so.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Logger } from "pino";
import { DEFAULT_RULES } from "../process/default-rules.ts";
import type { RuleSet } from "../process/rule-set.ts";
import { parseRules } from "./parse-rules.ts";

/** The file is looked at this often, by its time and size: editors and ConfigMaps replace files, which events miss. */
const LOOK_EVERY_MS = 1000;

export class RulesError extends Error {
  readonly code = "RULES_INVALID";

  constructor(path: string, problems: readonly string[]) {
    super(problems.map((problem) => `${path}: ${problem}`).join("\n"));
    this.name = "RulesError";
  }
}

export interface RulesFileOptions {
  /** undefined: only the rules that are shipped. */
  readonly path: string | undefined;
  readonly hashKey: string;
  readonly logger: Pick<Logger, "info" | "error">;
  readonly onLoaded: (rules: RuleSet) => void;
  readonly onFailed: () => void;
}

export class RulesFile {
  readonly #options: RulesFileOptions;
  #version = 0;
  #digest = "";
  /** Time, size and identity of the file when it was read last. */
  #seen = "";
  /** The same at the last look. */
  #glimpsed = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RulesFileOptions) {
    this.#options = options;
  }

  /** @throws RulesError, which names every problem: a collector must not start with other rules than were asked for */
  start(): void {
    const { path, onLoaded } = this.#options;
    if (path === undefined) {
      this.#version = 1;
      onLoaded(DEFAULT_RULES);
      return;
    }
    const problems = this.#load(path);
    if (problems.length > 0) throw new RulesError(path, problems);
    this.#timer = setInterval(() => this.#look(path), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Reads the file again. Never throws: what is wrong is logged and counted. */
  reload(why: string): void {
    const { path, logger, onFailed } = this.#options;
    if (path === undefined) {
      logger.info(`rules: ${why}, but no rules file is set (THROUGHLINE_RULES)`);
      return;
    }
    const before = this.#version;
    const problems = this.#load(path);
    if (problems.length > 0) {
      onFailed();
      logger.error(
        { problems },
        `rules: ${why}, and ${path} is not right; the rules of version ${before} go on holding: ${problems.join("; ")}`,
      );
    } else if (this.#version === before) {
      logger.info(`rules: ${why}, and ${path} says what it said before`);
    } else {
      logger.info(`rules: ${why}; ${path} holds now as version ${this.#version}`);
    }
  }

  /** Whoever writes a file in place empties it first: it is read when it was the same at two looks. */
  #look(path: string): void {
    const identity = identityOf(path);
    if (identity !== this.#seen && identity === this.#glimpsed) this.reload("the file changed");
    this.#glimpsed = identity;
  }

  /** @returns what is wrong; nothing when the file's rules hold now */
  #load(path: string): readonly string[] {
    // Before it is read: what changes meanwhile is read again.
    this.#seen = identityOf(path);
    let source: string;
    try {
      source = readFileSync(path, "utf8");
    } catch (error) {
      return [`cannot be read: ${error instanceof Error ? error.message : String(error)}`];
    }
    if (source === "" && this.#version > 0) {
      return ["is empty; write a comment into it to have no rules but the shipped ones"];
    }
    const digest = createHash("sha256").update(source).digest("hex");
    if (digest === this.#digest) return [];
    const version = this.#version + 1;
    const parsed = parseRules(source, { version, hashKey: this.#options.hashKey });
    if (parsed.kind === "invalid") return parsed.problems;
    this.#version = version;
    this.#digest = digest;
    this.#options.onLoaded(parsed.rules);
    return [];
  }
}

/** Never throws: that it cannot be looked at is told by whoever reads it. */
function identityOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    return String(error);
  }
}
