/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/**
 * Credentials as the header Authorization has them: the name of a scheme, a blank, and a token or a list of parameters. A value
 * without quotes would end at that blank, and the secret is behind it.
 */
import { isAlphanumeric } from "./card-number.ts";
import type { TextRange } from "./secrets.ts";
import {
  BACKSLASH,
  bareEnd,
  endsBareValue,
  EQUALS,
  isQuote,
  quotedEnd,
  skipByte,
  SPACE,
} from "./value-ends.ts";

/** In lower case: those that IANA lists, and those of large services. */
const SCHEMES = new Set([
  ..."basic bearer concealed digest dpop gnap hoba mutual negotiate oauth privatetoken".split(" "),
  ..."scram-sha-1 scram-sha-256 signature vapid ntlm kerberos hawk jwt token api-token".split(" "),
  ..."apikey api-key key bot ssws geniekey client-id splunk googlelogin sharedkey".split(" "),
  ..."sharedkeylite sharedaccesssignature aws aws4-hmac-sha256 aws4-ecdsa-p256-sha256".split(" "),
]);

/**
 * In lower case. Only these begin a list: base64 ends with `=`, and a quote behind it is the one that closes the text around. They also
 * go on with one: what is behind a comma may be the next entry of a map.
 */
const PARAMETERS = new Set([
  ..."username username* userhash realm nonce cnonce nc uri response algorithm qop opaque".split(
    " ",
  ),
  ..."stale charset domain id ts ext mac hash app dlg keyid headers signature created".split(" "),
  ..."expires credential signedheaders token t k data sid result auth sr sig se skn".split(" "),
  ..."oauth_consumer_key oauth_token oauth_signature_method oauth_signature".split(" "),
  ..."oauth_timestamp oauth_nonce oauth_version oauth_callback oauth_verifier".split(" "),
]);
const NAME_BYTES_MAX = 24;
const COMMA = 0x2c;

/** @returns where the credentials end that begin where the text does; its start if none do */
export function credentialsEnd(bytes: Uint8Array, { start, end }: TextRange): number {
  const scheme = nameEnd(bytes, { start, end });
  if (scheme >= end || bytes[scheme] !== SPACE) return start;
  if (!SCHEMES.has(lowerCase(bytes, start, scheme))) return start;
  const rest = { start: skipByte(bytes, { start: scheme, end }, SPACE), end };
  const list = parametersEnd(bytes, rest);
  const credentials = list > rest.start ? list : bareEnd(bytes, rest);
  return credentials > rest.start ? credentials : start;
}

/** @returns where the list `name=value, name="value"` ends; the start of the text if it begins with none */
function parametersEnd(bytes: Uint8Array, text: TextRange): number {
  const { end } = text;
  let listEnd = text.start;
  let start = text.start;
  for (;;) {
    const name = nameEnd(bytes, { start, end });
    if (name + 1 >= end || bytes[name] !== EQUALS) return listEnd;
    const opening = skipByte(bytes, { start: name + 1, end }, BACKSLASH);
    const isQuoted = opening < end && isQuote(bytes[opening]);
    const goesOn = isQuoted && listEnd > text.start;
    if (!goesOn && !PARAMETERS.has(lowerCase(bytes, start, name))) return listEnd;
    if (isQuoted) {
      const escapes = opening - name - 1;
      const value = { start: opening + 1, end };
      const closing = quotedEnd(bytes, value, { quote: bytes[opening]!, escapes });
      listEnd = Math.min(closing + escapes + 1, end);
    } else listEnd = parameterEnd(bytes, { start: name + 1, end });
    const comma = skipByte(bytes, { start: listEnd, end }, SPACE);
    if (comma >= end || bytes[comma] !== COMMA) return listEnd;
    start = skipByte(bytes, { start: comma + 1, end }, SPACE);
  }
}

/** Amazon's names of headers are parted by `;`, Microsoft's parameters by `&`. */
function parameterEnd(bytes: Uint8Array, { start, end }: TextRange): number {
  let p = start;
  while (p < end && (bytes[p] === 0x3b || bytes[p] === 0x26 || !endsBareValue(bytes[p]!))) p++;
  return p;
}

function nameEnd(bytes: Uint8Array, { start, end }: TextRange): number {
  const last = Math.min(end, start + NAME_BYTES_MAX);
  let p = start;
  while (p < last && isNameByte(bytes[p]!)) p++;
  return p;
}

/** A letter, a digit, or one of `- _ *` */
function isNameByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x2d || byte === 0x5f || byte === 0x2a;
}

function lowerCase(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end)).toLowerCase();
}
