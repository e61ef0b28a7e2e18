/** The two clocks of a machine. */
export interface Clock {
  /**
   * Milliseconds since 1970. Steps in either direction, by hours too, when somebody or the network's time sets it: only for ids,
   * for comparing with what other processes have stamped, and for what people are told.
   */
  readonly unixMs: () => number;
  /** Milliseconds since a moment of this process's own, never negative. Nobody sets it: for ages, pauses and deadlines. */
  readonly monotonicMs: () => number;
}

export const MACHINE_CLOCK: Clock = {
  unixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
