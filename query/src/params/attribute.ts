import { invalid, value, type Parsed } from "./result.ts";

/**
 * Reads `key=value` and gives back the item that the attribute index holds for it. The first `=` ends the key, so a
 * value may contain more; `key=` asks for an attribute that is stored and empty, not for an absent one.
 */
export function parseAttribute(text: string): Parsed<string> {
  const split = text.indexOf("=");
  if (split <= 0) return invalid("key=value, such as http.route=/pay");
  return value(text);
}
