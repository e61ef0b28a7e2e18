const INTEGER = /^-?\d{1,40}$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const HEX = /^[\dA-Fa-f]*$/;
const BASE64 = /^[\w+/-]*={0,2}$/;

/** @returns the integer; undefined if it is none. `1e3` and `5.0` are integers too, as protobuf's JSON form has it. */
export function parseInteger(text: string): bigint | undefined {
  if (INTEGER.test(text)) return BigInt(text);
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

/** @returns the double; undefined if it is none. JSON has no number for what is not finite, so names stand for it. */
export function parseDouble(text: string): number | undefined {
  switch (text) {
    case "NaN":
      return Number.NaN;
    case "Infinity":
      return Number.POSITIVE_INFINITY;
    case "-Infinity":
      return Number.NEGATIVE_INFINITY;
    default:
      return NUMBER.test(text) ? Number(text) : undefined;
  }
}

/** @returns the bytes of hexadecimal digits, upper or lower case; undefined if they are none */
export function hexBytes(digits: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(digits).toString("latin1");
  return text.length % 2 === 0 && HEX.test(text) ? Buffer.from(text, "hex") : undefined;
}

/** @returns the bytes of base64 digits, of either alphabet, padded or not; undefined if they are none */
export function base64Bytes(digits: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(digits).toString("latin1");
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}
