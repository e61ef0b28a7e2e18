/**
 * Credentials as the header Authorization has them, and as the collector finds them: the name of a scheme, a blank, and a token or a list
 * of parameters. A value without quotes would end at that blank, and the secret is behind it.
 */
import { bareEnd, indexFrom, isQuote, quotedEnd, skip } from "./value-ends.ts";

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
const SCHEME = /([A-Za-z0-9_*-]{1,24}) +/y;
const PARAMETER = /([A-Za-z0-9_*-]{0,24})=(?!$)/y;
/** Amazon's names of headers are parted by `;`, Microsoft's parameters by `&`. */
// oxlint-disable-next-line no-control-regex -- blanks and less
const PARAMETER_END = /[\u0000-\u0020,"')\]}{[<\\]/g;

/** Where the credentials end that begin at `start`; `start` if none do. */
export function credentialsEnd(text: string, start: number): number {
  SCHEME.lastIndex = start;
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !SCHEMES.has(scheme)) return start;
  const rest = SCHEME.lastIndex;
  const list = parametersEnd(text, rest);
  const credentials = list > rest ? list : bareEnd(text, rest);
  return credentials > rest ? credentials : start;
}

/** Where the list `name=value, name="value"` ends; `first` if none begins there. */
function parametersEnd(text: string, first: number): number {
  let listEnd = first;
  let start = first;
  for (;;) {
    PARAMETER.lastIndex = start;
    const name = PARAMETER.exec(text)?.[1]?.toLowerCase();
    if (name === undefined) return listEnd;
    const value = PARAMETER.lastIndex;
    const opening = skip(text, value, "\\");
    const isQuoted = isQuote(text[opening]);
    if (!(isQuoted && listEnd > first) && !PARAMETERS.has(name)) return listEnd;
    if (isQuoted) {
      const escapes = opening - value;
      listEnd = Math.min(quotedEnd(text, opening, escapes) + escapes + 1, text.length);
    } else listEnd = indexFrom(text, value, PARAMETER_END);
    const comma = skip(text, listEnd, " ");
    if (text[comma] !== ",") return listEnd;
    start = skip(text, comma + 1, " ");
  }
}
