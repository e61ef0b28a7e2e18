import assert from "node:assert/strict";
import { insertColumns } from "@throughline/schemas";
import type { TableName } from "@throughline/schemas";
import type { ResourceFields, ScopeFields } from "../../otlp/envelope.ts";
import type { FiledTime } from "../../process/timestamp.ts";
import type { Column } from "../columns/column.ts";
import type { RowCount } from "../columns/runs.ts";
import type { BlockMemory } from "../memory/block-memory.ts";
import type { TextWriter } from "../memory/text-writer.ts";
import type { NamedColumn } from "../native-block.ts";
import { writeNativeBlock } from "../native-block.ts";
import type { BlockContext } from "./block-context.ts";
import { GroupColumns } from "./group-columns.ts";

/** Bytes of a row besides its texts and attributes: numbers, ids, offsets. An estimate. */
const ROW_BYTES = 160;

/** Where a record belongs. */
export interface RecordRow {
  readonly resource: ResourceFields;
  readonly scope: ScopeFields;
  /** The time it is filed under. */
  readonly filed: FiledTime;
  /** Its length on the wire. */
  wireBytes: number;
}

/** The rows of one table and one UTC day that are being collected; becomes one Native block. */
export abstract class TableBlock {
  readonly table: TableName;
  readonly rowCount: RowCount = { rows: 0 };
  day = 0;
  /** About how large the block will be. */
  estimatedBytes = 0;
  /** The request that last touched this block; see BlockSet. */
  requestSerial = -1;
  protected readonly group: GroupColumns;
  private readonly text: TextWriter;
  private readonly memory: BlockMemory;
  private columns: readonly NamedColumn[] = [];
  private contentBytesBefore = 0;
  private markedRows = 0;
  private markedBytes = 0;

  constructor(table: TableName, context: BlockContext) {
    this.table = table;
    this.text = context.text;
    this.memory = context.memory;
    this.group = new GroupColumns(table, context, this.rowCount);
  }

  get rows(): number {
    return this.rowCount.rows;
  }

  mark(): void {
    this.markedRows = this.rowCount.rows;
    this.markedBytes = this.estimatedBytes;
    this.group.mark();
    for (const { column } of this.columns) column.mark();
  }

  /** Returns to the rows at the last mark. */
  rollback(): void {
    this.rowCount.rows = this.markedRows;
    this.estimatedBytes = this.markedBytes;
    this.group.rollback();
    for (const { column } of this.columns) column.rollback();
  }

  reset(): void {
    this.rowCount.rows = this.markedRows = 0;
    this.estimatedBytes = this.markedBytes = 0;
    this.requestSerial = -1;
    this.group.reset();
    for (const { column } of this.columns) column.reset();
  }

  write(): Uint8Array<ArrayBuffer> {
    return writeNativeBlock(this.columns, this.rowCount.rows, this.memory);
  }

  /** Puts the columns in the order of the table. A column too many, too few or of another type is a bug. */
  protected arrange(own: Readonly<Record<string, Column>>): void {
    const byName = new Map(Object.entries({ ...this.group.byName, ...own }));
    this.columns = insertColumns(this.table).map(({ name, type }) => {
      const column = byName.get(name);
      assert(column !== undefined, `${this.table}.${name} is not encoded`);
      assert.equal(column.type, type, `type of ${this.table}.${name}`);
      byName.delete(name);
      return { name, column };
    });
    assert.deepEqual([...byName.keys()], [], `columns that ${this.table} does not have`);
  }

  protected beginRow(row: RecordRow): void {
    this.group.begin(row.resource, row.scope);
    this.estimatedBytes += row.wireBytes + ROW_BYTES + this.group.rowBytes;
    this.contentBytesBefore = this.text.contentBytes;
  }

  /** The row is complete. */
  protected endRow(): void {
    this.estimatedBytes += this.text.contentBytes - this.contentBytesBefore;
    this.rowCount.rows++;
  }
}
