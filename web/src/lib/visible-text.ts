/**
 * Telemetry is written by strangers: a log line may hold terminal escapes, characters that reverse the reading order,
 * or a megabyte. Text goes to the page as text nodes only; what would act instead of show is replaced by a visible mark.
 */
export interface TextPart {
  readonly text: string;
  /** True for a mark that stands for a character which cannot be seen. */
  readonly mark: boolean;
}

// C0 and C1 controls except tab and newline, the soft hyphen, bidi controls, invisible spaces and the byte order mark.
// The zero-width joiners stay: they build emoji and scripts, and reorder nothing.
const INVISIBLE_RANGES = [
  "\\u0000-\\u0008",
  "\\u000b-\\u001f",
  "\\u007f-\\u009f",
  "\\u00ad\\u061c\\u200b\\u200e\\u200f",
  "\\u2028-\\u202e",
  "\\u2060-\\u2069",
  "\\ufeff",
  "\\ufff9-\\ufffb",
];
const INVISIBLE = new RegExp(`[${INVISIBLE_RANGES.join("")}]`, "g");

/** @returns the text in order, in parts; one plain part when nothing had to be replaced */
export function toVisibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let plainFrom = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    if (match.index > plainFrom)
      parts.push({ text: text.slice(plainFrom, match.index), mark: false });
    parts.push({ text: markOf(match[0]), mark: true });
    plainFrom = match.index + match[0].length;
  }
  if (plainFrom < text.length) parts.push({ text: text.slice(plainFrom), mark: false });
  return parts;
}

const C0_NAMES =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US";

function markOf(character: string): string {
  const code = character.charCodeAt(0);
  const name = code === 0x7f ? "DEL" : C0_NAMES.split(" ")[code];
  return name ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** One row's worth: newlines become a sign, tabs a space, and nothing longer than `charsMax` reaches the page. */
export function toOneLine(text: string, charsMax = 400): string {
  const cut = text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
  return cut.replaceAll(/\r?\n/g, " ↵ ").replaceAll("\t", " ");
}
