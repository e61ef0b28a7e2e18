/** How well what is typed names something; pure, so that the order of the list is known from its tests. */

export interface Rankable {
  readonly label: string;
  /** Other words by whose beginnings it is found; they count less than its label. */
  readonly words?: string;
}

/** Of one typed word in one text; what names it better is worth more. */
const EXACT = 1000;
const BEGINS = 800;
const WORD_BEGINS = 600;
const CONTAINS = 400;
/** Letters in their order with others between, beginning with a word: `svmp` for `Service map`. */
const SCATTERED = 200;
const OTHER_WORDS_SHARE = 0.5;
/** Fewer letters, scattered over a text, say nothing. */
const SCATTERED_MIN_CHARS = 2;

/**
 * @returns how well every typed word is found, more is better; undefined when one is not found at all; 0 when nothing
 *   is typed
 */
export function scoreOf(item: Rankable, typed: string): number | undefined {
  const words = typed.toLowerCase().split(/\s+/u).filter(Boolean);
  const label = item.label.toLowerCase();
  const others = item.words?.toLowerCase() ?? "";
  const whole = words.join(" ");
  if (whole === "") return 0;
  if (label === whole) return EXACT;
  let sum = 0;
  for (const word of words) {
    const inOthers = scoreIn(others, word) ?? 0;
    const best = Math.max(
      scoreIn(label, word) ?? -1,
      inOthers < WORD_BEGINS ? -1 : inOthers * OTHER_WORDS_SHARE,
    );
    if (best < 0) return undefined;
    sum += best;
  }
  const phrase = words.length > 1 && label.startsWith(whole) ? WORD_BEGINS : 0;
  return (sum + phrase) / (words.length + (phrase > 0 ? 1 : 0));
}

function scoreIn(text: string, word: string): number | undefined {
  const at = text.indexOf(word);
  if (at === 0) return BEGINS + share(word, text);
  if (at > 0) {
    const beginsAt = startsOfWords(text).find((start) => text.startsWith(word, start));
    return (beginsAt === undefined ? CONTAINS : WORD_BEGINS) + share(word, text);
  }
  return isScattered(text, word) ? SCATTERED + share(word, text) : undefined;
}

/** Of two texts that have the word, the shorter one is meant. Below the distance of two kinds of finding. */
function share(word: string, text: string): number {
  return (100 * word.length) / text.length;
}

function startsOfWords(text: string): readonly number[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ index }) => index);
}

function isScattered(text: string, word: string): boolean {
  if (word.length < SCATTERED_MIN_CHARS) return false;
  return startsOfWords(text).some((start) => {
    let at = start;
    for (const letter of word) {
      const found = text.indexOf(letter, at);
      if (found < 0 || (at === start && found !== start)) return false;
      at = found + letter.length;
    }
    return true;
  });
}

/** @returns what is found, the best first; of equals the order is kept */
export function rank<T extends Rankable>(items: readonly T[], typed: string): readonly T[] {
  return items
    .flatMap((item) => {
      const score = scoreOf(item, typed);
      return score === undefined ? [] : [{ item, score }];
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
