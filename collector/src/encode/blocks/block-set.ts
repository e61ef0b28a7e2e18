import type { EncodedBlock, Signal } from "../../contract.ts";
import type { TableBlock } from "./table-block.ts";

/** Blocks kept for the next batch, with their lists grown; more are made as needed and thrown away. */
const POOL_MAX = 4;

/**
 * The blocks of one table, one per UTC day, while a batch of requests is encoded. What a request added can be taken
 * back until it is committed. A full block is closed and a new one begun, even in the middle of a request.
 */
export class BlockSet<Block extends TableBlock> {
  private readonly create: () => Block;
  private readonly limits: { readonly rowsPerBlockMax: number; readonly bytesPerBlockMax: number };
  private readonly byDay = new Map<number, Block>();
  private readonly closed: Block[] = [];
  private readonly touched: Block[] = [];
  private readonly pool: Block[] = [];
  private requestSerial = 0;
  private current: Block | undefined = undefined;

  constructor(
    create: () => Block,
    limits: { readonly rowsPerBlockMax: number; readonly bytesPerBlockMax: number },
  ) {
    this.create = create;
    this.limits = limits;
    this.pool.push(create());
  }

  /** @returns the block that takes the next row of this day */
  open(day: number): Block {
    const { current } = this;
    if (
      current !== undefined &&
      current.day === day &&
      current.requestSerial === this.requestSerial &&
      current.rows < this.limits.rowsPerBlockMax &&
      current.estimatedBytes < this.limits.bytesPerBlockMax
    ) {
      return current;
    }
    return this.switchTo(day);
  }

  /** The request is whole: its rows stay. */
  commit(): void {
    this.touched.length = 0;
    this.requestSerial++;
  }

  /** The request is malformed: its rows go. */
  rollback(): void {
    for (const block of this.touched) block.rollback();
    this.commit();
  }

  /** Writes all blocks that have rows, the closed ones first. */
  drain(signal: Signal, into: EncodedBlock[]): void {
    for (const block of [...this.closed, ...this.byDay.values()]) {
      const { table, day, rows } = block;
      if (rows > 0) into.push({ signal, table, day, rows, bytes: block.write() });
    }
  }

  /** Forgets all rows. */
  reset(): void {
    this.commit();
    for (const block of [...this.closed, ...this.byDay.values()]) {
      if (this.pool.length === POOL_MAX) break;
      block.reset();
      this.pool.push(block);
    }
    this.closed.length = 0;
    this.byDay.clear();
    this.current = undefined;
  }

  private switchTo(day: number): Block {
    let block = this.byDay.get(day);
    if (block !== undefined && this.isFull(block)) {
      this.closed.push(block);
      block = undefined;
    }
    if (block === undefined) {
      block = this.pool.pop() ?? this.create();
      block.day = day;
      this.byDay.set(day, block);
    }
    if (block.requestSerial !== this.requestSerial) {
      block.requestSerial = this.requestSerial;
      block.mark();
      this.touched.push(block);
    }
    this.current = block;
    return block;
  }

  private isFull(block: Block): boolean {
    return (
      block.rows >= this.limits.rowsPerBlockMax ||
      block.estimatedBytes >= this.limits.bytesPerBlockMax
    );
  }
}
