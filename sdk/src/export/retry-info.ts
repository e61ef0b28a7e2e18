/**
 * The pause a gRPC server asks for: google.rpc.RetryInfo among the details of google.rpc.Status, which gRPC carries in the
 * trailer `grpc-status-details-bin`. Read by hand: three nested messages do not justify a protobuf library.
 *
 *   Status    { 3: repeated Any details }
 *   Any       { 1: type_url, 2: value }
 *   RetryInfo { 1: Duration retry_delay }    Duration { 1: seconds, 2: nanos }
 */
const DETAILS_TRAILER = "grpc-status-details-bin";
const RETRY_INFO_TYPE = "type.googleapis.com/google.rpc.RetryInfo";

interface TrailerReader {
  get(name: string): readonly unknown[];
}

/** @returns milliseconds, or undefined where the server did not ask for a pause */
export function retryDelayOf(error: unknown): number | undefined {
  const trailers = trailersOf(error);
  if (trailers === undefined) return undefined;
  for (const value of trailers.get(DETAILS_TRAILER)) {
    if (!(value instanceof Uint8Array)) continue;
    try {
      const delayMs = delayIn(value);
      if (delayMs !== undefined) return delayMs;
    } catch {
      // Not the message it claims to be: as if no pause were asked for.
    }
  }
  return undefined;
}

function trailersOf(error: unknown): TrailerReader | undefined {
  if (typeof error !== "object" || error === null || !("metadata" in error)) return undefined;
  const metadata = error.metadata;
  if (typeof metadata !== "object" || metadata === null || !("get" in metadata)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- grpc-js documents ServiceError.metadata; `get` is checked above
  return typeof metadata.get === "function" ? (metadata as TrailerReader) : undefined;
}

function delayIn(status: Uint8Array): number | undefined {
  for (const detail of fieldsOf(status)) {
    if (detail.number !== 3 || !(detail.value instanceof Uint8Array)) continue;
    const any = [...fieldsOf(detail.value)];
    const type = any.find(({ number }) => number === 1)?.value;
    const value = any.find(({ number }) => number === 2)?.value;
    if (!(type instanceof Uint8Array) || Buffer.from(type).toString() !== RETRY_INFO_TYPE) continue;
    if (!(value instanceof Uint8Array)) continue;
    const duration = [...fieldsOf(value)].find(({ number }) => number === 1)?.value;
    if (!(duration instanceof Uint8Array)) continue;
    let delayMs = 0;
    for (const { number, value: part } of fieldsOf(duration)) {
      if (typeof part !== "number") continue;
      delayMs += number === 1 ? part * 1_000 : number === 2 ? part / 1_000_000 : 0;
    }
    return delayMs;
  }
  return undefined;
}

interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** Only the two wire types that these messages use; anything else throws. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let offset = 0;
  const varint = (): number => {
    let result = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new RangeError("ends inside a number");
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result;
    }
  };
  while (offset < bytes.length) {
    const tag = varint();
    const number = tag >>> 3;
    if ((tag & 7) === 0) {
      yield { number, value: varint() };
    } else if ((tag & 7) === 2) {
      const length = varint();
      yield { number, value: bytes.subarray(offset, offset + length) };
      offset += length;
    } else {
      throw new RangeError(`wire type ${tag & 7}`);
    }
  }
}
