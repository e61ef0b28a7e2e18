import type { RejectionCount } from "../contract.ts";
import type { Rejection } from "../otlp/rejection.ts";
import { LIMIT_SETTINGS } from "../limits.ts";
import type { EncoderLimits } from "./options.ts";

const NAMES = LIMIT_SETTINGS.record;
/** Different reasons told to one client; further ones are only counted. */
const REASONS_TOLD_MAX = 5;

interface Entry {
  count: number;
  /** Where the first such record begins. */
  readonly offset: number;
}

/** The records of one request that were refused, by reason. */
export class RejectionLog {
  private readonly limits: EncoderLimits;
  private readonly entries = new Map<Rejection, Entry>();
  private total = 0;

  constructor(limits: EncoderLimits) {
    this.limits = limits;
  }

  get count(): number {
    return this.total;
  }

  add(rejection: Rejection, offset: number, records = 1): void {
    this.total += records;
    const entry = this.entries.get(rejection);
    if (entry === undefined) this.entries.set(rejection, { count: records, offset });
    else entry.count += records;
  }

  /** @returns undefined for none */
  counts(): readonly RejectionCount[] | undefined {
    if (this.total === 0) return undefined;
    return [...this.entries].map(([reason, { count }]) => ({ reason, count }));
  }

  clear(): void {
    if (this.total === 0) return;
    this.entries.clear();
    this.total = 0;
  }

  /**
   * One sentence per reason, the most frequent first, each naming the first record it befell; '' for none.
   * @param locate names the field at an offset
   */
  reason(locate: (offset: number) => string): string {
    const entries = [...this.entries].toSorted(([, a], [, b]) => b.count - a.count);
    const told = entries.slice(0, REASONS_TOLD_MAX).map(([rejection, { count, offset }]) => {
      const records = count === 1 ? "1 record" : `${count} records`;
      return `${records} rejected: ${describe(rejection, this.limits)} (first: ${locate(offset)}).`;
    });
    const rest = entries.length - told.length;
    if (rest > 0) told.push(`${rest} further reasons.`);
    return told.join(" ");
  }
}

/** What is wrong with the record, and what to do about it. */
function describe(rejection: Rejection, limits: EncoderLimits): string {
  switch (rejection) {
    case "trace_id_length":
      return "trace_id must have 16 bytes";
    case "span_id_length":
      return "span_id must have 8 bytes";
    case "parent_span_id_length":
      return "parent_span_id must have 8 bytes or none";
    case "link_id_length":
      return "the trace_id of a link must have 16 bytes and its span_id 8";
    case "exemplar_id_length":
      return "the trace_id of an exemplar must have 16 bytes and its span_id 8, or none";
    case "trace_id_missing":
      return "trace_id must not be empty or all zeros";
    case "span_id_missing":
      return "span_id must not be empty or all zeros";
    case "attributes_limit":
      return `more than ${limits.attributesPerRecordMax} attributes; send fewer or raise ${NAMES.attributesPerRecordMax.environmentName}`;
    case "key_limit":
      return `an attribute key longer than ${limits.keyBytesMax} bytes; shorten it or raise ${NAMES.keyBytesMax.environmentName}`;
    case "nesting_limit":
      return `a value nested deeper than ${limits.valueDepthMax}; flatten it or raise ${NAMES.valueDepthMax.environmentName}`;
    case "text_limit":
      return `a name or text longer than ${limits.valueBytesMax} bytes; shorten it or raise ${NAMES.valueBytesMax.environmentName}`;
    case "list_limit":
      return `more than ${limits.listItemsMax} events, links, exemplars or buckets; send fewer or raise ${NAMES.listItemsMax.environmentName}`;
    case "records_limit":
      return `more than ${limits.recordsPerRequestMax} records in one request; send smaller requests or raise ${NAMES.recordsPerRequestMax.environmentName}`;
    case "expansion_limit":
      return (
        `the request becomes more than ${limits.expandedBytesPerRequestMax} bytes when its resources are stored with ` +
        `each record; send smaller resources or raise ${NAMES.expandedBytesPerRequestMax.environmentName}`
      );
  }
}
