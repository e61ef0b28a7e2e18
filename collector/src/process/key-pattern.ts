/**
 * Patterns of attribute keys. Case, `-` and `_` do not count, so `api_key` is also `apiKey`, `API-KEY` and `api-key`.
 * `*` stands for anything. A pattern without a dot also matches the last part of a dotted key: `authorization`
 * matches `http.request.header.authorization`.
 */

/** @returns the key as patterns see it */
export function normalizeKey(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, "");
}

/** A compiled pattern; takes a normalized key. */
export type KeyTest = (normalizedKey: string) => boolean;

export function compileKeyPattern(pattern: string): KeyTest {
  const normalized = normalizeKey(pattern);
  const parts = normalized.split("*");
  const whole = parts.length === 1 ? (key: string) => key === normalized : globTest(parts);
  if (normalized.includes(".")) return whole;
  return (key) => {
    if (whole(key)) return true;
    const dot = key.lastIndexOf(".");
    return dot >= 0 && whole(key.slice(dot + 1));
  };
}

/** Takes each inner part where it comes first: right for globs, and without backtracking. */
function globTest(parts: readonly string[]): KeyTest {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const inner = parts.slice(1, -1);
  return (key) => {
    if (key.length < first.length + last.length) return false;
    if (!key.startsWith(first) || !key.endsWith(last)) return false;
    let at = first.length;
    const end = key.length - last.length;
    for (const part of inner) {
      const found = key.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
