/**
 * Moves sealed segments into ClickHouse, each until it is stored or refused for good.
 *
 *   waiting ── start ──▶ inserting ── 200 ────────▶ released
 *      ▲                    ├──────── refused ────▶ quarantined
 *      └── after a delay ───┴──────── anything else
 *
 * Two lanes: the first takes the oldest segment that may be tried, the second the newest. After an outage the
 * backlog drains in order of age while what arrives now is searchable now. Order between segments carries no
 * meaning: a row is found by its own time.
 *
 * A segment that was sent to another life of the server, or by another life of the collector, is in doubt: before
 * it is sent, ClickHouse is asked whether it has it. See `settle-segments.ts`.
 *
 * A failure that says something about the server (not reachable, out of memory, wrong password) holds all
 * segments; one that says something about a table holds only that segment.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { SealedSegment } from "../contract.ts";
import type { InsertLimits } from "../limits.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";
import { classifyInsertFailure, isDoubtful } from "./classify-insert-failure.ts";
import type { InsertFailure } from "./classify-insert-failure.ts";
import { findUnknownSettings, insertSegment } from "./insert-segment.ts";
import { OPTIONAL_INSERT_SETTINGS } from "./insert-settings.ts";
import { type ServerLife, isAnotherLife, readServerLife } from "./server-life.ts";
import { segmentUnixMs } from "../segment-time.ts";
import { SettleSegments } from "./settle-segments.ts";
import { watchInsert } from "./watch-insert.ts";

export interface InserterOptions {
  readonly client: ClickHouseClient;
  readonly database: string;
  /** The segment is stored; may reject, then it is inserted again under the same token, which changes nothing. */
  readonly release: (id: string) => Promise<void>;
  readonly quarantine: (id: string, reason: string) => Promise<void>;
  /** Whether what an earlier process left has all been enqueued. */
  readonly recovered: () => boolean;
  readonly limits: InsertLimits;
  readonly clock: Clock;
  readonly metrics: Pick<
    CollectorMetrics,
    "insertSeconds" | "insertFailures" | "queueDepth" | "segments"
  >;
  readonly logger: Logger;
}

/** As far as the last attempt has shown. */
export interface ServerState {
  readonly reachable: boolean;
  readonly sinceUnixMs: number;
  readonly message: string;
}

interface Entry {
  readonly segment: SealedSegment;
  /** By the monotonic clock, as all times of this file are that do not say otherwise. */
  readonly enqueuedAtMs: number;
  token: string;
  inDoubt: boolean;
  /** Of the server that the last try went to; undefined before the first. */
  serverStart: number | undefined;
  /** It was sent to a life of the server that has ended. */
  hasOutlivedServer: boolean;
  /** Tries at finding out what ClickHouse holds of it that it refused. */
  unsettled: number;
  failures: number;
  /** Of them those for which its bytes may be to blame. */
  doubts: number;
  notBeforeMs: number;
  /** Of the last failure; empty before the first. */
  reason: string;
}

/** All segments wait this long after a failure of the server, doubling while it goes on. */
const PROBE_DELAY_FIRST_MS = 100;
const PROBE_DELAY_MAX_MS = 5_000;
/** How long a server may take to say when it started. */
const ASK_TIMEOUT_MS = 5_000;
/** A quarantine that the disk refused. */
const DISK_DELAY_MS = 5_000;

export class Inserter {
  readonly #options: InserterOptions;
  /** In order of arrival, which is order of age. */
  readonly #waiting = new Map<string, Entry>();
  readonly #inserting = new Map<number, Promise<void>>();
  /** What the lanes work on. */
  readonly #working = new Set<Entry>();
  readonly #stopping = new AbortController();
  #server: ServerState;
  /** When it became what it is. */
  #serverSinceMs: number;
  #probeDelayMs = PROBE_DELAY_FIRST_MS;
  #holdUntilMs = 0;
  /** The life of the server, and what it does not know; undefined until asked, and again after it has failed. */
  #known: (ServerLife & { readonly unknownSettings: ReadonlySet<string> }) | undefined;
  readonly #settling: SettleSegments;
  /** Of a single lane. */
  #turns = 0;
  /** When the INSERTs began that have taken longer than they should, by segment. */
  readonly #stalled = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #state: "new" | "running" | "stopped" = "new";

  constructor(options: InserterOptions) {
    this.#options = options;
    this.#server = { reachable: true, sinceUnixMs: options.clock.unixMs(), message: "" };
    this.#serverSinceMs = options.clock.monotonicMs();
    this.#settling = new SettleSegments(options);
  }

  get server(): ServerState {
    return this.#server;
  }

  /** Segments that have failed and wait for their next try, with the reason of one of them. */
  get retrying(): { readonly segments: number; readonly message: string } {
    const failed = [...this.#waiting.values()].filter((entry) => entry.failures > 0);
    return { segments: failed.length, message: failed.at(-1)?.reason ?? "" };
  }

  /** How long ClickHouse has taken nothing, in ms; 0 while it takes data, as far as is known. */
  get awayMs(): number {
    return this.#server.reachable ? 0 : this.#options.clock.monotonicMs() - this.#serverSinceMs;
  }

  /** How long the longest of the INSERTs takes that have been called stalled, in ms; 0 when none is. */
  get stalledMs(): number {
    if (this.#stalled.size === 0) return 0;
    return this.#options.clock.monotonicMs() - Math.min(...this.#stalled.values());
  }

  start(): void {
    this.#state = "running";
    this.#fill();
  }

  /** Safe before `start`: the segment waits. */
  enqueue(segment: SealedSegment): void {
    const { deduplicationToken: token, inDoubt } = segment;
    const first = {
      enqueuedAtMs: this.#options.clock.monotonicMs(),
      failures: 0,
      doubts: 0,
      notBeforeMs: 0,
      reason: "",
      serverStart: undefined,
      hasOutlivedServer: false,
      unsettled: 0,
    };
    this.#putBack({ segment, token, inDoubt, ...first });
    this.#fill();
  }

  /** Waits until nothing is left, ClickHouse fails or the time is up; the rest stays in the spool. */
  async drain(timeoutMs: number): Promise<void> {
    const deadline = this.#options.clock.monotonicMs() + timeoutMs;
    while (this.#inserting.size > 0 && this.#server.reachable) {
      const left = deadline - this.#options.clock.monotonicMs();
      if (left <= 0) return;
      const pause = new AbortController();
      await Promise.race([...this.#inserting.values(), sleep(left, pause.signal)]);
      pause.abort();
    }
  }

  /** Cuts INSERTs in flight; the same bytes go out again under the same token at the next start. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    clearTimeout(this.#timer);
    this.#stopping.abort();
    await Promise.allSettled(this.#inserting.values());
  }

  #fill(): void {
    const { queueDepth } = this.#options.metrics;
    for (let lane = 0; lane < this.#options.limits.lanesMax; lane++) {
      if (this.#state !== "running" || this.#inserting.has(lane)) continue;
      const entry = this.#choose(this.#turnOf(lane));
      if (entry === undefined) break;
      this.#waiting.delete(entry.segment.id);
      this.#working.add(entry);
      const done = this.#work(entry).finally(() => {
        this.#working.delete(entry);
        this.#inserting.delete(lane);
        this.#fill();
      });
      this.#inserting.set(lane, done);
    }
    queueDepth.set({ queue: "insert" }, this.#waiting.size);
    this.#schedule();
  }

  /** A single lane takes turns. */
  #turnOf(lane: number): "oldest" | "newest" {
    const turn = this.#options.limits.lanesMax === 1 ? this.#turns++ : lane;
    return turn % 2 === 0 ? "oldest" : "newest";
  }

  #choose(which: "oldest" | "newest"): Entry | undefined {
    const now = this.#options.clock.monotonicMs();
    if (now < this.#holdUntilMs) return undefined;
    const due = [...this.#waiting.values()].filter((entry) => entry.notBeforeMs <= now);
    if (this.#server.reachable) {
      // First those in doubt: the fewer there are at once, the easier it is to tell which of them a view lacks.
      return which === "newest" ? due.at(-1) : (due.find((entry) => entry.inDoubt) ?? due[0]);
    }
    // While the server fails one probe at a time is enough, and never twice the same segment while there is
    // another: what looks like a dead server may be one segment that it dies of.
    if (this.#inserting.size > 0) return undefined;
    return due.toSorted((a, b) => a.failures - b.failures)[0];
  }

  /** One timer, for the next moment at which something may be tried. */
  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#state !== "running" || this.#waiting.size === 0) return;
    if (this.#inserting.size >= this.#options.limits.lanesMax) return;
    // Nothing is tried beside a probe, however long it was due: its end, whatever it brings, fills the lanes.
    if (!this.#server.reachable && this.#inserting.size > 0) return;
    let next = Infinity;
    for (const entry of this.#waiting.values()) next = Math.min(next, entry.notBeforeMs);
    const at = Math.max(next, this.#holdUntilMs);
    const delayMs = Math.max(at - this.#options.clock.monotonicMs(), 1);
    this.#timer = setTimeout(() => this.#fill(), delayMs);
  }

  async #work(entry: Entry): Promise<void> {
    const { clock, limits, metrics, release } = this.#options;
    const { segment } = entry;
    metrics.segments.inc({ state: "inserting" });
    const finish = metrics.insertSeconds.startTimer({ table: segment.table });
    const beganAtMs = clock.monotonicMs();
    try {
      await watchInsert((signal) => this.#insert(entry, signal), {
        signal: this.#stopping.signal,
        stallMs: limits.insertStallMs,
        timeoutMs: limits.insertTimeoutMs,
        ask: () => this.#askServer(this.#stopping.signal),
        onStall: () => this.#stalled.set(segment.id, beganAtMs),
      });
      finish();
      await release(segment.id);
      this.#noteServer(true, "");
    } catch (error) {
      await this.#fail(entry, error);
    } finally {
      this.#stalled.delete(segment.id);
      metrics.segments.dec({ state: "inserting" });
    }
  }

  async #insert(entry: Entry, signal: AbortSignal): Promise<void> {
    const { client, clock, database } = this.#options;
    const { segment } = entry;
    const { start, startedHere, unknownSettings } = await this.#knowServer(signal);
    // Whatever became of the last try: the server that could have said so is gone, and maybe its memory of tokens.
    if (entry.serverStart !== undefined && isAnotherLife(entry.serverStart, start)) {
      entry.inDoubt = true;
      entry.hasOutlivedServer = true;
    }
    entry.serverStart = start;
    if (entry.inDoubt) {
      const settled = await this.#settling.settle(segment, {
        serverStart: start,
        isOfEarlierLife: entry.hasOutlivedServer || segmentUnixMs(segment.id) / 1000 <= startedHere,
        heldMs: clock.monotonicMs() - entry.enqueuedAtMs,
        tries: entry.unsettled++,
        others: () => this.#maybeInDoubt(segment),
        recovered: this.#options.recovered,
        signal,
      });
      if (settled.kind === "stored") return;
      entry.token = settled.token;
      entry.inDoubt = false;
    }
    await this.#markSent(segment);
    const target = { client, database, unknownSettings, token: entry.token };
    await this.#settling.besideOthers(() => insertSegment(segment, target, signal));
  }

  /** Others of the segment's table and day that some server, or some life of it, may have in part. */
  #maybeInDoubt({ id, table, day }: SealedSegment): readonly SealedSegment[] {
    return [...this.#waiting.values(), ...this.#working]
      .filter((entry) => entry.inDoubt || entry.serverStart !== undefined)
      .map((entry) => entry.segment)
      .filter((other) => other.id !== id && other.table === table && other.day === day);
  }

  /** A disk that refuses the mark must not keep the segment from leaving it. */
  async #markSent(segment: SealedSegment): Promise<void> {
    try {
      await segment.markSent();
    } catch (error) {
      const place = { segment: segment.id, err: error };
      this.#options.logger.warn(place, "a segment is sent without a note of it on disk");
    }
  }

  async #knowServer(signal: AbortSignal) {
    if (this.#known !== undefined) return this.#known;
    const { client } = this.#options;
    const life = await this.#askServer(signal);
    const unknownSettings = await findUnknownSettings(client, OPTIONAL_INSERT_SETTINGS);
    this.#known ??= { ...life, unknownSettings };
    return this.#known;
  }

  #askServer(signal: AbortSignal): Promise<ServerLife> {
    const { client, clock, limits } = this.#options;
    const timeoutMs = Math.min(ASK_TIMEOUT_MS, limits.insertStallMs);
    return readServerLife(client, { signal, timeoutMs, clock });
  }

  async #fail(entry: Entry, error: unknown): Promise<void> {
    const { segment } = entry;
    if (this.#stopping.signal.aborted) {
      this.#waiting.set(segment.id, entry);
      return;
    }
    entry.failures += 1;
    this.#known = undefined;
    if (isDoubtful(error)) entry.doubts += 1;
    const failure = classifyInsertFailure(error, entry.failures, entry.doubts);
    this.#options.metrics.insertFailures.inc({ table: segment.table, action: failure.action });
    const place = { segment: segment.id, table: segment.table, rows: segment.rows };
    if (failure.action === "quarantine") {
      this.#options.logger.error({ ...place, reason: failure.reason }, "segment quarantined");
      try {
        await this.#options.quarantine(segment.id, failure.reason);
      } catch (diskError) {
        this.#options.logger.error({ ...place, err: diskError }, "quarantine failed: tried again");
        const { reason } = failure;
        this.#retry(entry, { action: "retry", delayMs: DISK_DELAY_MS, scope: "segment", reason });
      }
      return;
    }
    this.#options.logger.warn({ ...place, ...failure, failures: entry.failures }, "insert failed");
    this.#retry(entry, failure);
  }

  #retry(entry: Entry, failure: Extract<InsertFailure, { action: "retry" }>): void {
    const now = this.#options.clock.monotonicMs();
    entry.notBeforeMs = now + failure.delayMs;
    entry.reason = failure.reason;
    if (failure.scope === "server") {
      this.#noteServer(false, failure.reason);
      this.#holdUntilMs = now + this.#probeDelayMs;
      this.#probeDelayMs = Math.min(this.#probeDelayMs * 2, PROBE_DELAY_MAX_MS);
    }
    this.#putBack(entry);
  }

  /** Keeps the map in order of age. */
  #putBack(entry: Entry): void {
    const younger: [string, Entry][] = [];
    for (const [id, other] of this.#waiting) if (id > entry.segment.id) younger.push([id, other]);
    for (const [id] of younger) this.#waiting.delete(id);
    this.#waiting.set(entry.segment.id, entry);
    for (const [id, other] of younger) this.#waiting.set(id, other);
  }

  #noteServer(reachable: boolean, message: string): void {
    if (reachable) {
      this.#probeDelayMs = PROBE_DELAY_FIRST_MS;
      this.#holdUntilMs = 0;
    }
    const { clock, logger } = this.#options;
    const changed = reachable !== this.#server.reachable;
    const sinceUnixMs = changed ? clock.unixMs() : this.#server.sinceUnixMs;
    if (changed) this.#serverSinceMs = clock.monotonicMs();
    this.#server = { reachable, sinceUnixMs, message };
    if (changed && reachable) logger.info("ClickHouse takes data again");
  }
}

function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
