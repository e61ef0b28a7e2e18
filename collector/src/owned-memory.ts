/** Which bytes have their memory to themselves, and may be given to another thread or given back. */

/** zlib is given a byte more than a body has, so that it sees the end of it. */
const SLACK_BYTES_MAX = 8;

/** @returns the memory behind the bytes when nothing else that anybody reads can be in it */
export function ownedMemory(bytes: Uint8Array): ArrayBuffer | undefined {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer)) return undefined;
  if (buffer.byteLength > bytes.byteLength + SLACK_BYTES_MAX) return undefined;
  // Node's shared pool is no larger; a whole small buffer is cheaper to copy than to prove unshared.
  return buffer.byteLength > Buffer.poolSize ? buffer : undefined;
}

/** @returns memory for several, none of which is taken for its owner however little the others have */
export function sharedMemory(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sizeBytes + SLACK_BYTES_MAX + 1);
}

/**
 * Gives owned memory back at once; the bytes are empty then.
 *
 * Left to the garbage collector, each 64 MiB of such memory make V8 walk its whole heap, in every thread: at 130 000
 * records a second that was half of the collector's processor time, and 100 MB of dead bytes.
 */
export function freeMemory(bytes: Uint8Array): void {
  ownedMemory(bytes)?.transfer(0);
}
