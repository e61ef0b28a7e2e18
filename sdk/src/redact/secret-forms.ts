/** Secrets that have a form of their own, as the collector knows them. All are found in time linear in the text. */
import type { Detector } from "./detectors.ts";

const BEARER = /(bearer +)([\w.~+/=-]{8,})/gi;
const MAYBE_BEARER = /bearer /i;

/** Prose says "bearer authentication" too: a token has a digit, or mixes cases and is long. */
export const RANDOM_BEARER: Detector = {
  mayContain: (text) => MAYBE_BEARER.test(text),
  replace: (text, replacement) =>
    text.replace(BEARER, (found, word: string, token: string) =>
      looksRandom(token) ? word + replacement(token) : found,
    ),
};

function looksRandom(token: string): boolean {
  if (/\d/.test(token)) return true;
  return token.length >= 16 && /[A-Z]/.test(token.slice(1)) && /[a-z]/.test(token);
}

/** Amazon, Google, GitHub, GitLab, Slack, Stripe, npm: the prefixes by which they search for leaked keys themselves. */
const CLOUD_KEYS = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    String.raw`A[KS]IA[A-Z0-9]{16}(?![A-Z0-9])`,
    String.raw`AIza[\w-]{35}(?![\w-])`,
    String.raw`ya29\.[\w-]{20,}`,
    String.raw`gh[opusr]_[A-Za-z0-9]{36,}`,
    String.raw`github_pat_[\w-]{22,}`,
    String.raw`glpat-[\w-]{20,}`,
    String.raw`xox[bapres]-[\w-]{10,}`,
    String.raw`[rs]k_live_[A-Za-z0-9]{16,}`,
    String.raw`npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])`,
  ].join("|")})`,
  "g",
);

export const CLOUD_KEY: Detector = {
  mayContain: (text) => /A[KS]IA|AIza|ya29\.|gh[opusr]_|b_pat_|glpat-|xox|k_live_|npm_/.test(text),
  replace: (text, replacement) => text.replace(CLOUD_KEYS, replacement),
};

const PEM_BEGIN = "-----BEGIN ";
const PEM_LABEL_MAX = 40;

/** A PEM block; one that was cut off goes to the end of the text. */
export const PRIVATE_KEY: Detector = {
  mayContain: (text) => text.includes("PRIVATE KEY-----"),
  replace: (text, replacement) => {
    let rest = 0;
    let redacted = "";
    let begin = text.indexOf(PEM_BEGIN);
    while (begin >= 0) {
      const labelStart = begin + PEM_BEGIN.length;
      const label = text.slice(labelStart, labelStart + PEM_LABEL_MAX).split("-----", 2);
      let next = labelStart;
      if (label.length === 2 && label[0]?.endsWith("PRIVATE KEY") === true) {
        next = pemEnd(text, labelStart + label[0].length);
        redacted += text.slice(rest, begin) + replacement(text.slice(begin, next));
        rest = next;
      }
      begin = text.indexOf(PEM_BEGIN, next);
    }
    return redacted + text.slice(rest);
  },
};

function pemEnd(text: string, from: number): number {
  const end = text.indexOf("-----END ", from);
  const close = end < 0 ? -1 : text.indexOf("-----", end + 9);
  return close < 0 ? text.length : close + 5;
}

/** Up to the last `@`, as in `new URL`: passwords have one, and so do users that are mail addresses. */
const USERINFO = /(:\/\/[^\s/?#"'<>,:]{0,500}:)([^\s/?#"'<>,]{1,500})(?=@)/g;

export const URL_PASSWORD: Detector = {
  mayContain: (text) => text.includes("://") && text.includes("@"),
  replace: (text, replacement) =>
    text.replace(USERINFO, (_, before: string, password: string) => before + replacement(password)),
};

/** Length by country, from the registry of SWIFT. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 " +
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 " +
    "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 " +
    "SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);
const IBANS =
  /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,27}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Za-z0-9])/g;

export const IBAN: Detector = {
  mayContain: (text) => /[A-Z]{2}\d{2}[A-Z0-9 ]{11}/.test(text),
  replace: (text, replacement) =>
    text.replace(IBANS, (found) => (isIban(found) ? replacement(found) : found)),
};

function isIban(found: string): boolean {
  const compact = found.replaceAll(" ", "");
  if (IBAN_LENGTHS.get(compact.slice(0, 2)) !== compact.length) return false;
  let remainder = 0;
  for (const mark of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(mark, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
