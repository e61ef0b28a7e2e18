/**
 * When a segment was opened, which its id begins with; see `spool/segment-id.ts`.
 * @param id 32 hex digits
 * @returns milliseconds since 1970
 */
export function segmentUnixMs(id: string): number {
  return Number(BigInt(`0x${id.slice(0, 16)}`) / 1000n);
}

/**
 * How long ago a segment was opened, at least. By the wall clock alone one that was opened before the clock was set back would
 * not age until it has caught up.
 * @param unixMs now
 * @param heldMs how long this process has had it, by the monotonic clock
 */
export function segmentAgeMs(
  id: string,
  { unixMs, heldMs }: { readonly unixMs: number; readonly heldMs: number },
): number {
  return Math.max(unixMs - segmentUnixMs(id), heldMs);
}
