/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
import { isAlphanumeric, isDigit } from "./card-number.ts";

/** Length of an IBAN by country, from the registry of SWIFT. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 " +
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 " +
    "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 " +
    "SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

export const IBAN_COUNTRIES: readonly string[] = [...LENGTHS.keys()];

/**
 * @param text [start, end) bounds what may be looked at
 * @returns the end of the IBAN that begins at p, with or without a space after every four characters; -1 if there is none
 */
// oxlint-disable-next-line complexity -- each condition rules one thing out, in one loop
export function ibanEnd(
  bytes: Uint8Array,
  p: number,
  text: { readonly start: number; readonly end: number },
): number {
  if (p + 4 > text.end || !isDigit(bytes[p + 2]!) || !isDigit(bytes[p + 3]!)) return -1;
  if (p > text.start && isAlphanumeric(bytes[p - 1]!)) return -1;
  const length = LENGTHS.get(String.fromCharCode(bytes[p]!, bytes[p + 1]!));
  if (length === undefined) return -1;
  const isSpaced = p + 4 < text.end && bytes[p + 4] === 0x20;
  const codes: number[] = [];
  let q = p;
  while (codes.length < length) {
    if (isSpaced && codes.length > 0 && codes.length % 4 === 0) {
      if (bytes[q] !== 0x20) return -1;
      q++;
    }
    if (q >= text.end || !isUpperOrDigit(bytes[q]!)) return -1;
    codes.push(bytes[q++]!);
  }
  if (q < text.end && isAlphanumeric(bytes[q]!)) return -1;
  return remainder97([...codes.slice(4), ...codes.slice(0, 4)]) === 1 ? q : -1;
}

function isUpperOrDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a);
}

/** Letters count as two digits, A = 10. */
function remainder97(codes: readonly number[]): number {
  let remainder = 0;
  for (const code of codes) {
    remainder = isDigit(code)
      ? (remainder * 10 + code - 48) % 97
      : (remainder * 100 + code - 55) % 97;
  }
  return remainder;
}
