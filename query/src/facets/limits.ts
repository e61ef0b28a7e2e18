/** Bounds of one answer of facets; `facetRowsMax` and `facetTimeMs` are options of the service. */
export const FACET_LIMITS = {
  /** Fields asked for. */
  facetsMax: 16,
  /** Fields that are answered when none is asked for. */
  facetsDefaultMax: 8,
  /** Values of one field; `facets.sql` has the same number. */
  facetValuesMax: 50,
  /** Newest matching records whose attributes are looked at to choose fields. */
  facetKeySampleRows: 10_000,
  /** Values of one field taken from the rollup. */
  facetRollupValuesMax: 1_000,
  /** Longer values are cut, in characters; `facets.sql` has the same number. */
  facetValueLength: 1_000,
} as const;
