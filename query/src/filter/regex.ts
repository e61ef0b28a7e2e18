import type { Place } from "./ast.ts";
import { mistake } from "./filter-error.ts";
import { FILTER_LIMITS } from "./limits.ts";

/** RE2 refuses more, and every one is a copy of what it repeats. */
const REPEATS_MAX = 1_000;

/**
 * Refuses what RE2 does not have or could make large; it runs in linear time, so the rest cannot be slow without limit.
 * What passes here and RE2 still refuses is refused by ClickHouse, without a place.
 */
export function checkRegex(pattern: string, at: Place): void {
  const { regexLengthMax } = FILTER_LIMITS;
  if (pattern === "") {
    mistake(at, {
      message: "The regular expression is empty.",
      expected: "a regular expression between slashes; quotes around text with slashes",
      suggestion: '"//"',
    });
  }
  if (pattern.length > regexLengthMax) {
    mistake(at, {
      message: "The regular expression is too long.",
      expected: `at most ${regexLengthMax} characters (regexLengthMax)`,
    });
  }
  const foreign = /\(\?(?:[=!]|<[=!])|\\[1-9]/.exec(pattern.replaceAll(/\\[^1-9]/g, "  "));
  if (foreign !== null) {
    mistake(at, {
      message: `RE2 has no ${foreign[0].startsWith("\\") ? "back references" : "look-around"}.`,
      expected: "a regular expression in RE2's syntax",
    });
  }
  for (const repeat of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    if (Math.max(Number(repeat[1]), Number(repeat[2] ?? 0)) > REPEATS_MAX) {
      mistake(at, {
        message: `${repeat[0]} repeats too often.`,
        expected: `at most ${REPEATS_MAX} repetitions`,
      });
    }
  }
}
