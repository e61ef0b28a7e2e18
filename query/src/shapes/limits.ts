/** Bounds of the shapes of summaries; `summarySpansMax` is an option of the service. */
export const SHAPE_LIMITS = {
  /** Pieces of one strip. */
  stripPiecesMax: 24,
} as const;
