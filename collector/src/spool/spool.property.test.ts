/**
 * Goal: whatever fails and whenever it ends, what was acknowledged is there, in order, once.
 * Method: random histories of appends, faults, kills, power cuts, inserts and restarts on a disk that loses and
 * reorders what was not synced, beside a model that is a list of acknowledged texts. A failure prints its seed.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SealedSegment } from "../contract.ts";
import { FakeDisk } from "./testing/fake-disk.ts";
import { block, bodyOf, openTestSpool } from "./testing/test-spool.ts";
import type { TestSpool } from "./testing/test-spool.ts";

const TABLES = ["otel_logs", "otel_traces"] as const;
const HOUR_MS = 3_600_000;

type Step =
  | { readonly kind: "append"; readonly places: readonly (readonly [number, number, number])[] }
  | { readonly kind: "fault"; readonly fault: "write" | "sync" | "directory" | "short" | "full" }
  /** Somebody sets the wall clock. */
  | { readonly kind: "set clock"; readonly byMs: number }
  | { readonly kind: "heal" | "seal" | "tick" | "send" | "insert" | "quarantine" }
  /** The process ends, or the machine does, so many turns of the event loop into an append. */
  | { readonly kind: "kill" | "crash"; readonly seed: number; readonly turns: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      // Table, day, size of each block.
      places: fc.array(fc.tuple(fc.nat(1), fc.nat(1), fc.integer({ min: 1, max: 3000 })), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      fault: fc.constantFrom("write", "sync", "directory", "short", "full"),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom("heal", "seal", "tick", "send", "send", "insert", "quarantine"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("set clock" as const),
      byMs: fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("kill", "crash"),
      seed: fc.integer(),
      turns: fc.nat(40),
    }),
  },
);

/** What must be true, kept as plainly as possible. */
class Model {
  readonly written = new Set<string>();
  readonly acknowledged = new Set<string>();
  readonly gone = new Set<string>();
  /** Their directory could not be synced when they left: a power cut may bring them back, under the same token. */
  readonly mayReturn = new Set<string>();
  /** Deduplication tokens by segment, once shown to ClickHouse. */
  readonly tokens = new Map<string, string>();
  /** Segments whose mark of having been sent is on disk, with the life that wrote it. */
  readonly marked = new Map<string, number>();
}

class History {
  readonly disk = new FakeDisk();
  readonly model = new Model();
  #now = 1_000_000;
  #unixMs = 1000 * HOUR_MS;
  #count = 0;
  #life!: TestSpool;
  #lives = 0;

  async restart(): Promise<void> {
    this.#lives += 1;
    // The monotonic clock of a process begins with it.
    const startMs = this.#now;
    this.#life = await openTestSpool({
      disk: this.disk.mount(),
      directory: "/s",
      clock: { unixMs: () => this.#unixMs, monotonicMs: () => this.#now - startMs },
      limits: { segmentRowsMax: 8, segmentMaxBytes: 6000, recycledFilesMax: 2 },
    });
  }

  async perform(action: Step): Promise<void> {
    this.#pass(400);
    switch (action.kind) {
      case "append":
        await this.#append(action.places, undefined);
        break;
      case "fault":
        this.#break(action.fault);
        break;
      case "heal":
        this.#heal();
        break;
      case "set clock":
        this.#unixMs += action.byMs;
        break;
      case "seal":
        await this.#life.spool.sealAll();
        break;
      case "tick":
        this.#pass(1000);
        await this.#life.spool.tick();
        break;
      case "insert":
      case "quarantine":
        await this.#leave(action.kind);
        break;
      case "send":
        await this.#send();
        break;
      case "kill":
      case "crash":
        await this.#end(action);
        break;
    }
  }

  #pass(durationMs: number): void {
    this.#now += durationMs;
    this.#unixMs += durationMs;
  }

  /** @param cut what ends the append while it is under way */
  async #append(
    places: readonly (readonly [number, number, number])[],
    cut?: { readonly turns: number; readonly now: () => void },
  ) {
    this.#pass(2000);
    const blocks = places.map(([table, day, size]) => {
      this.#count += 1;
      const text = `<${this.#count}:${"x".repeat(size)}>`;
      this.model.written.add(text);
      return block(text, { table: TABLES[table] ?? "otel_logs", day });
    });
    const isSound = this.#isSound();
    const appended = this.#life.spool.append(blocks);
    for (let turn = 0; turn < (cut?.turns ?? 0); turn++) await Promise.resolve();
    cut?.now();
    const outcome = await appended;
    // Whatever failed before: it was more than the pause ago.
    if (isSound && cut === undefined) expect(outcome).toEqual({ kind: "stored" });
    if (outcome.kind === "stored") {
      for (const { bytes } of blocks) this.model.acknowledged.add(Buffer.from(bytes).toString());
    }
  }

  #break(fault: Extract<Step, { kind: "fault" }>["fault"]): void {
    const { faults } = this.disk;
    if (fault === "write") faults.failingWrites += 1;
    if (fault === "sync") faults.failingSyncs += 1;
    if (fault === "directory") faults.failingDirectorySyncs += 1;
    if (fault === "short") faults.shortWrites.push(1, 700, 4100);
    if (fault === "full") this.disk.capacityBytes = 400_000;
  }

  #isSound(): boolean {
    const { failingWrites, failingSyncs, failingDirectorySyncs } = this.disk.faults;
    const failing = failingWrites + failingSyncs + failingDirectorySyncs;
    return failing === 0 && this.disk.capacityBytes === Infinity;
  }

  #heal(): void {
    const { faults } = this.disk;
    faults.failingWrites = faults.failingSyncs = faults.failingDirectorySyncs = 0;
    faults.shortWrites = [];
    this.disk.capacityBytes = Infinity;
  }

  async #end({ kind, seed, turns }: Extract<Step, { kind: "kill" | "crash" }>): Promise<void> {
    const keep = randomBooleans(seed);
    const now = () => (kind === "kill" ? this.disk.kill() : this.disk.crash(keep));
    const places = [
      [0, 0, 900],
      [1, 0, 900],
      [0, 1, 30],
      [0, 0, 3000],
    ] as const;
    await this.#append(places, { turns, now });
    this.#heal();
    await this.restart();
  }

  /** ClickHouse gets all that waits, and the answers are lost: from now on the tokens are bound to the bytes. */
  async #send(): Promise<void> {
    for (const segment of this.#waiting()) {
      // Its writes may fail, be short or be lost like any other's.
      await segment.markSent().then(
        () => this.model.marked.set(segment.id, this.#lives),
        () => undefined,
      );
      await bodyOf(segment);
      this.#checkToken(segment);
    }
  }

  /** The oldest waiting segment is inserted, or refused. */
  async #leave(how: "insert" | "quarantine"): Promise<void> {
    const segment = this.#waiting()[0];
    if (segment === undefined) return;
    const texts = textsOf(await bodyOf(segment));
    this.#checkToken(segment);
    const unsynced = this.disk.faults.failingDirectorySyncs > 0;
    try {
      if (how === "insert") await this.#life.spool.release(segment.id);
      else await this.#life.spool.quarantine(segment.id, "refused");
    } catch {
      // A disk that fails here leaves the segment waiting: the insert would be repeated.
      return;
    }
    for (const text of texts) this.model.gone.add(text);
    if (unsynced) this.model.mayReturn.add(segment.id);
    this.#life.sealed.splice(this.#life.sealed.indexOf(segment), 1);
  }

  #waiting(): SealedSegment[] {
    return this.#life.sealed;
  }

  #checkToken(segment: SealedSegment): void {
    const before = this.model.tokens.get(segment.id) ?? segment.deduplicationToken;
    expect(segment.deduplicationToken).toBe(before);
    this.model.tokens.set(segment.id, before);
  }

  /** Everything acknowledged is in exactly one place; nothing comes back. */
  async check(): Promise<void> {
    this.#heal();
    this.#pass(10_000);
    await this.#life.spool.sealAll();
    await this.#life.spool.sealAll();
    expect(this.disk.misuses).toBe(0);
    const seen = new Set<string>();
    for (const segment of this.#waiting()) {
      const texts = textsOf(await bodyOf(segment));
      if (this.model.tokens.has(segment.id)) this.#checkToken(segment);
      const markedIn = this.model.marked.get(segment.id) ?? this.#lives;
      if (markedIn < this.#lives) expect(segment.inDoubt).toBe(true);
      const order = texts.map((text) => Number.parseInt(text.slice(1), 10));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      for (const text of texts) {
        expect(this.model.written.has(text)).toBe(true);
        expect(seen.has(text)).toBe(false);
        expect(this.model.gone.has(text) && !this.model.mayReturn.has(segment.id)).toBe(false);
        seen.add(text);
      }
    }
    const missing = [...this.model.acknowledged].filter(
      (text) => !seen.has(text) && !this.model.gone.has(text),
    );
    expect(missing.map((text) => text.slice(0, 10))).toEqual([]);
  }
}

function textsOf(body: string): string[] {
  return body.match(/<\d+:x+>/g) ?? [];
}

function randomBooleans(seed: number): () => boolean {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 1) === 1;
  };
}

const RUNS = Number(process.env["SPOOL_PROPERTY_RUNS"] ?? 200);

test(
  "every acknowledged frame is recovered, in order, none twice",
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const history = new History();
        await history.restart();
        for (const action of steps) await history.perform(action);
        await history.check();
        // And once more after a power cut that keeps nothing that was not synced.
        history.disk.crash(() => false);
        await history.restart();
        await history.check();
      }),
      { numRuns: RUNS },
    );
  },
);

test("whole frames survive any damage to others", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), async (where, count) => {
      const disk = new FakeDisk();
      const first = await openTestSpool({ disk, directory: "/s" });
      const texts = Array.from(
        { length: 2 + (count % 5) },
        (_, index) => `<${index}:${"x".repeat(40)}>`,
      );
      for (const text of texts) await first.spool.append([block(text)]);
      disk.crash(() => true);
      const path = disk.paths()[0] ?? "";
      const length = 4096 + texts.length * (32 + texts[0]!.length);
      disk.flipBit(path, 4096 + (where % (length - 4096)));
      const second = await openTestSpool({ disk, directory: "/s" });
      const bodies = await Promise.all(second.sealed.map(bodyOf));
      const found = textsOf(bodies.join(""));
      expect(found.length).toBe(texts.length - 1);
    }),
    { numRuns: 200 },
  );
});
