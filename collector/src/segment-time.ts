/**
 * When a segment was opened, which its id begins with; see `spool/segment-id.ts`.
 * @param id 32 hex digits
 * @returns milliseconds since 1970
 */
export function segmentUnixMs(id: string): number {
  return Number(BigInt(`0x${id.slice(0, 16)}`) / 1000n);
}
