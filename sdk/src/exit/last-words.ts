import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { SenderTarget } from "../export/sender.ts";

/**
 * What a process had not delivered when it had no event loop left (process.exit, a crash): handed to a short-lived
 * child over its standard input, while the dying process waits. A child is the one way to use the network
 * synchronously that needs no native code.
 */
export interface LastWords {
  readonly timeoutMs: number;
  readonly requests: readonly LastRequest[];
}

export interface LastRequest {
  readonly target: SenderTarget;
  /** One export request, encoded for the target's protocol. */
  readonly bytes: Uint8Array;
}

export type LastWordsOutcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly reason: string };

const EXIT_DELIVERED = 0;
const REASON_LENGTH_MAX = 500;

/** Blocks for at most about `timeoutMs`. */
export function speakLastWords(words: LastWords): LastWordsOutcome {
  const script = fileURLToPath(new URL("./deliver.js", import.meta.url));
  // The child must not load what the application preloads, this SDK first of all.
  const { NODE_OPTIONS: _dropped, ...environment } = process.env;
  const child = spawnSync(process.execPath, [script], {
    input: serialize(words),
    env: { ...environment, OTEL_SDK_DISABLED: "true" },
    stdio: ["pipe", "ignore", "pipe"],
    timeout: words.timeoutMs,
    killSignal: "SIGKILL",
    windowsHide: true,
  });
  if (child.status === EXIT_DELIVERED) return { kind: "delivered" };
  const said = child.stderr?.toString().trim().slice(0, REASON_LENGTH_MAX) ?? "";
  if (said !== "") return { kind: "failed", reason: said };
  if (child.error === undefined)
    return { kind: "failed", reason: `no answer in ${words.timeoutMs} ms` };
  return {
    kind: "failed",
    reason: timedOut(child.error) ? `no answer in ${words.timeoutMs} ms` : child.error.message,
  };
}

/** The child's side of `serialize`. */
export function readLastWords(input: Buffer): LastWords {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by speakLastWords of the same package
  return deserialize(input) as LastWords;
}

function timedOut(error: Error): boolean {
  return "code" in error && error.code === "ETIMEDOUT";
}
