/** Why a single record is refused while the rest of its request is stored. Stable: they are counted by name. */
export type Rejection =
  | "trace_id_length"
  | "span_id_length"
  | "parent_span_id_length"
  | "link_id_length"
  | "exemplar_id_length"
  | "trace_id_missing"
  | "span_id_missing"
  | "attributes_limit"
  | "key_limit"
  | "nesting_limit"
  | "text_limit"
  | "records_limit"
  | "expansion_limit"
  | "list_limit";

/** What of the encoder's limits the scan itself must know. See `encode/options.ts`. */
export interface ScanLimits {
  readonly attributesPerRecordMax: number;
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
  readonly valueDepthMax: number;
  readonly listItemsMax: number;
}
