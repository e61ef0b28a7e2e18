/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
import { insertColumns } from "@throughline/schemas";
import type { TableName } from "@throughline/schemas";
import type { ResourceFields, ScopeFields } from "../../otlp/envelope.ts";
import type { AnyValueWriter } from "../any-value-writer.ts";
import type { Column } from "../columns/column.ts";
import {
  RepeatedLowCardinalityColumn,
  RepeatedMapColumn,
  RepeatedStringColumn,
  RepeatedUInt32Column,
} from "../columns/repeated.ts";
import { Runs } from "../columns/runs.ts";
import type { RowCount } from "../columns/runs.ts";
import { Region } from "../memory/region.ts";
import type { BlockContext } from "./block-context.ts";

type RepeatedTextColumn = RepeatedStringColumn | RepeatedLowCardinalityColumn;

/** The columns that depend on the resource or the scope only: written once per run of rows. */
export class GroupColumns {
  /** The columns by their names in the table. */
  readonly byName: Readonly<Record<string, Column>>;
  /** Bytes that these columns add to a row of the current run; an estimate. */
  rowBytes = 0;
  private readonly resourceRuns: Runs;
  private readonly scopeRuns: Runs;
  private readonly serviceName: RepeatedLowCardinalityColumn;
  private readonly resourceAttributes: RepeatedMapColumn;
  private readonly resourceSchemaUrl: RepeatedTextColumn;
  private readonly resourceDropped: RepeatedUInt32Column;
  private readonly scopeName: RepeatedTextColumn;
  private readonly scopeVersion: RepeatedTextColumn;
  private readonly scopeAttributes: RepeatedMapColumn;
  private readonly scopeSchemaUrl: RepeatedTextColumn;
  private readonly scopeDropped: RepeatedUInt32Column;
  private readonly values: AnyValueWriter;
  private readonly scratch: Region;
  private resourceSerial = -1;
  private scopeSerial = -1;
  private resourceRowBytes = 0;
  private scopeRowBytes = 0;

  constructor(table: TableName, context: BlockContext, rowCount: RowCount) {
    const types = new Map(insertColumns(table).map(({ name, type }) => [name, type]));
    const { values, text, hashSeed } = context;
    const repeatedText = (name: string, runs: Runs): RepeatedTextColumn =>
      types.get(name) === "String"
        ? new RepeatedStringColumn(text, runs)
        : new RepeatedLowCardinalityColumn(text, hashSeed, runs);
    const resourceRuns = new Runs(rowCount);
    const scopeRuns = new Runs(rowCount);
    this.values = values;
    this.scratch = new Region(values.memory);
    this.resourceRuns = resourceRuns;
    this.scopeRuns = scopeRuns;
    this.serviceName = new RepeatedLowCardinalityColumn(text, hashSeed, resourceRuns);
    this.resourceAttributes = new RepeatedMapColumn(values, hashSeed, resourceRuns);
    this.resourceSchemaUrl = repeatedText("ResourceSchemaUrl", resourceRuns);
    this.resourceDropped = new RepeatedUInt32Column(resourceRuns);
    this.scopeName = repeatedText("ScopeName", scopeRuns);
    this.scopeVersion = repeatedText("ScopeVersion", scopeRuns);
    this.scopeAttributes = new RepeatedMapColumn(values, hashSeed, scopeRuns);
    this.scopeSchemaUrl = repeatedText("ScopeSchemaUrl", scopeRuns);
    this.scopeDropped = new RepeatedUInt32Column(scopeRuns);
    const scopeDroppedName = types.has("ScopeDroppedAttrCount")
      ? "ScopeDroppedAttrCount"
      : "ScopeDroppedAttributesCount";
    this.byName = {
      ServiceName: this.serviceName,
      ResourceAttributes: this.resourceAttributes,
      ResourceSchemaUrl: this.resourceSchemaUrl,
      ScopeName: this.scopeName,
      ScopeVersion: this.scopeVersion,
      ScopeAttributes: this.scopeAttributes,
      ScopeSchemaUrl: this.scopeSchemaUrl,
      [scopeDroppedName]: this.scopeDropped,
      ...(types.has("ResourceDroppedAttributesCount")
        ? { ResourceDroppedAttributesCount: this.resourceDropped }
        : {}),
    };
  }

  /** The row that comes next belongs to these. Call before the row is counted. */
  begin(resource: ResourceFields, scope: ScopeFields): void {
    if (resource.serial !== this.resourceSerial) this.beginResource(resource);
    if (scope.serial !== this.scopeSerial) this.beginScope(scope);
  }

  mark(): void {
    this.resourceRuns.mark();
    this.scopeRuns.mark();
  }

  rollback(): void {
    this.resourceRuns.rollback();
    this.scopeRuns.rollback();
    this.resourceSerial = this.scopeSerial = -1;
  }

  reset(): void {
    this.resourceRuns.reset();
    this.scopeRuns.reset();
    this.scratch.reset();
    this.resourceSerial = this.scopeSerial = -1;
  }

  private beginResource(resource: ResourceFields): void {
    this.resourceSerial = resource.serial;
    this.resourceRuns.begin();
    this.appendServiceName(resource);
    this.resourceRowBytes = this.resourceAttributes.append(resource.attributes);
    this.resourceSchemaUrl.append(resource.schemaUrlStart, resource.schemaUrlEnd);
    this.resourceDropped.append(resource.droppedAttributesCount);
    this.rowBytes = this.resourceRowBytes + this.scopeRowBytes;
  }

  private beginScope(scope: ScopeFields): void {
    this.scopeSerial = scope.serial;
    this.scopeRuns.begin();
    this.scopeName.append(scope.nameStart, scope.nameEnd);
    this.scopeVersion.append(scope.versionStart, scope.versionEnd);
    this.scopeSchemaUrl.append(scope.schemaUrlStart, scope.schemaUrlEnd);
    this.scopeDropped.append(scope.droppedAttributesCount);
    this.scopeRowBytes =
      this.scopeAttributes.append(scope.attributes) +
      (scope.nameEnd - scope.nameStart) +
      (scope.versionEnd - scope.versionStart);
    this.rowBytes = this.resourceRowBytes + this.scopeRowBytes;
  }

  /** `service.name` may be any value; as text it is written aside first, then found in the dictionary. */
  private appendServiceName(resource: ResourceFields): void {
    const { scratch } = this;
    scratch.position = scratch.start;
    this.values.append(scratch, resource.serviceNameStart, resource.serviceNameEnd);
    let start = scratch.start;
    while (scratch.memory.bytes[start]! > 127) start++;
    this.serviceName.append(start + 1, scratch.position);
  }
}
