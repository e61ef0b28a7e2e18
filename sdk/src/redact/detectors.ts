/** Finds one kind of sensitive text. */
export interface Detector {
  /** Cheap, and never false where `find` would find something: most text ends here. */
  readonly mayContain: (text: string) => boolean;
  /** Every occurrence replaced; the same text where there is none. Linear in the text's length. */
  readonly replace: (text: string, replacement: (found: string) => string) => string;
}

export type DetectorName = "card" | "email" | "jwt" | "bearer";

const EMAIL =
  /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;
/** Not in the middle of a longer run, or text made of `eyJ` alone would cost its length squared. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g;
const BEARER = /\b(bearer\s+)([A-Za-z0-9._~+/=-]{8,})/gi;
const MAYBE_BEARER = /bearer\s/i;
/** 13 to 19 digits, in groups or not, that no other digit touches. */
const CARD = /(?<![\d.])[2-6]\d{3}(?:[ -]?\d){9,15}(?!\d)/g;
const MAYBE_CARD = /\d{4}/;
const CARD_DIGITS_MIN = 13;

export const DETECTORS: Readonly<Record<DetectorName, Detector>> = {
  email: {
    mayContain: (text) => text.includes("@"),
    replace: (text, replacement) => text.replace(EMAIL, replacement),
  },
  jwt: {
    mayContain: (text) => text.includes("eyJ"),
    replace: (text, replacement) => text.replace(JWT, replacement),
  },
  bearer: {
    mayContain: (text) => MAYBE_BEARER.test(text),
    replace: (text, replacement) =>
      text.replace(BEARER, (_, word: string, token: string) => word + replacement(token)),
  },
  card: {
    mayContain: (text) => text.length >= CARD_DIGITS_MIN && MAYBE_CARD.test(text),
    replace: (text, replacement) =>
      text.replace(CARD, (found) => (isCardNumber(found) ? replacement(found) : found)),
  },
};

/** The Luhn sum, which nine of ten order numbers fail. */
function isCardNumber(text: string): boolean {
  let sum = 0;
  let doubled = false;
  for (let index = text.length - 1; index >= 0; index--) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = doubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    doubled = !doubled;
  }
  return sum % 10 === 0;
}
