/** Memory, texts in it, and columns written and read back: what the tests of single columns need. */
import { AttributeList } from "../../otlp/attribute-list.ts";
import { Merger } from "../../otlp/wire/merger.ts";
import { WireReader } from "../../otlp/wire/reader.ts";
import { AnyValueWriter } from "../any-value-writer.ts";
import type { Column } from "../columns/column.ts";
import { Arena } from "../memory/arena.ts";
import { BlockMemory } from "../memory/block-memory.ts";
import { TextWriter } from "../memory/text-writer.ts";
import { writeNativeBlock } from "../native-block.ts";
import { DEFAULT_ENCODER_LIMITS } from "../options.ts";
import { readNativeBlocks } from "./native-reader.ts";
import type { NativeValue } from "./native-reader.ts";

export const SEED = 42;

export class ColumnHarness {
  /** Small, so that it has to grow. */
  readonly arena = new Arena(64);
  readonly reader = new WireReader(this.arena);
  readonly merger = new Merger(this.arena);
  readonly text: TextWriter;
  readonly values: AnyValueWriter;
  private readonly blockMemory = new BlockMemory(0);

  constructor(textBytesMax: number = DEFAULT_ENCODER_LIMITS.valueBytesMax) {
    this.text = new TextWriter(this.arena, textBytesMax);
    this.values = new AnyValueWriter(this.reader, this.merger, this.text);
  }

  /** Puts bytes into memory. @returns [start, end) */
  put(content: string | Uint8Array): readonly [number, number] {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    const start = this.arena.allocate(bytes.length + 16);
    this.arena.bytes.set(bytes, start);
    return [start, start + bytes.length];
  }

  /** An attribute list of texts, as if scanned. */
  attributes(items: Readonly<Record<string, string>> | readonly (readonly [string, string])[]) {
    const list = new AttributeList(this.reader, this.merger, DEFAULT_ENCODER_LIMITS);
    const pairs = Array.isArray(items) ? items : Object.entries(items);
    for (const [key, value] of pairs) {
      const [k, v] = [Buffer.from(key), Buffer.from(value)];
      const any = [0x0a, ...varint(v.length), ...v];
      const pair = [0x0a, ...varint(k.length), ...k, 0x12, ...varint(any.length), ...any];
      list.add(...this.put(Uint8Array.from(pair)));
    }
    return list;
  }

  /** Writes a block of one column and reads it. */
  read(column: Column, rows: number): readonly NativeValue[] {
    const bytes = writeNativeBlock([{ name: "c", column }], rows, this.blockMemory);
    return readNativeBlocks(bytes).flatMap((block) => block.rows.map((row) => row["c"] ?? ""));
  }
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
