import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { ExportOutcome } from "../export/outcome.ts";
import type { SenderTarget } from "../export/target.ts";

/**
 * What a process had not delivered when it had no event loop left (process.exit, a crash): handed to a short-lived
 * child over its standard input, while the dying process waits. A child is the one way to use the network
 * synchronously that needs no native code. It answers with one line per request on its standard output:
 * the request's index, a space, and the outcome as JSON.
 */
export interface LastWords {
  readonly timeoutMs: number;
  readonly requests: readonly LastRequest[];
}

export interface LastRequest {
  readonly target: SenderTarget;
  /** One batch, as written by portable.ts for the target's signal. */
  readonly bytes: Uint8Array;
}

/** Blocks for at most about `timeoutMs`. @returns one outcome per request, in their order */
export function speakLastWords(words: LastWords): readonly ExportOutcome[] {
  // To spawnSync 0 means for ever.
  if (words.timeoutMs <= 0) {
    const reason = "no time was given to deliver it";
    return words.requests.map(() => ({ kind: "unavailable", reason }));
  }
  const script = fileURLToPath(new URL("./deliver.js", import.meta.url));
  // The child must not load what the application preloads, this SDK first of all.
  const { NODE_OPTIONS: _dropped, ...environment } = process.env;
  const child = spawnSync(process.execPath, [script], {
    input: serialize(words),
    env: { ...environment, OTEL_SDK_DISABLED: "true" },
    stdio: ["pipe", "pipe", "ignore"],
    timeout: words.timeoutMs,
    killSignal: "SIGKILL",
    windowsHide: true,
  });
  const answers = readAnswers(child.stdout?.toString() ?? "");
  const reason =
    child.error === undefined || timedOut(child.error)
      ? `no answer in ${words.timeoutMs} ms`
      : child.error.message;
  return words.requests.map((_, index) => answers.get(index) ?? { kind: "unavailable", reason });
}

/** The child's side of `serialize`. */
export function readLastWords(input: Buffer): LastWords {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by speakLastWords of the same package
  return deserialize(input) as LastWords;
}

export function writeAnswer(index: number, outcome: ExportOutcome): string {
  return `${index} ${JSON.stringify(outcome)}\n`;
}

function readAnswers(text: string): ReadonlyMap<number, ExportOutcome> {
  const answers = new Map<number, ExportOutcome>();
  for (const line of text.split("\n").slice(0, -1)) {
    const space = line.indexOf(" ");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by writeAnswer of the same package
    answers.set(Number(line.slice(0, space)), JSON.parse(line.slice(space + 1)) as ExportOutcome);
  }
  return answers;
}

function timedOut(error: Error): boolean {
  return "code" in error && error.code === "ETIMEDOUT";
}
