import type { AnyValueWriter } from "../any-value-writer.ts";
import type { BlockMemory } from "../memory/block-memory.ts";
import type { TextWriter } from "../memory/text-writer.ts";

/** What the columns of all blocks of one encoder share. */
export interface BlockContext {
  readonly values: AnyValueWriter;
  readonly text: TextWriter;
  readonly hashSeed: number;
  /** Of the blocks when they are written. */
  readonly memory: BlockMemory;
}
