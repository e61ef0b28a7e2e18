/** Bounds of completion. */
export const FIELD_LIMITS = {
  /** Keys of one kind of attributes. */
  fieldKeysMax: 1_000,
  /** Values of one field. */
  fieldValuesMax: 100,
  /** Newest records looked at where neither an index nor a rollup knows. */
  fieldSampleRows: 10_000,
  /** One question to an index; then the newest records are looked at instead. */
  fieldIndexTimeMs: 2_000,
} as const;
