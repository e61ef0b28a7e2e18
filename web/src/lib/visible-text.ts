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
// What a terminal is told in brackets, colours most of all, is one mark: the words beside it stay readable.
const FOR_TERMINALS = String.raw`\u001b\[[0-?]{0,32}[ -/]{0,4}[@-~]`;
const INVISIBLE = new RegExp(`${FOR_TERMINALS}|[${INVISIBLE_RANGES.join("")}]`, "g");

/** Each is an element of the page; what hides more has the names of the rest in its text. */
const PARTS_MAX = 2_000;

/** @returns the text in order, in parts, few enough to be shown; one plain part when nothing had to be replaced */
export function toVisibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let plainFrom = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    if (parts.length >= PARTS_MAX) {
      parts.push({ text: markAll(text.slice(plainFrom)), mark: false });
      return parts;
    }
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

function markOf(hidden: string): string {
  const code = hidden.charCodeAt(0);
  const name = code === 0x7f ? "DEL" : C0_NAMES.split(" ")[code];
  return (name ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`) + hidden.slice(1);
}

function markAll(text: string): string {
  return text.replaceAll(INVISIBLE, markOf);
}

/** One row's worth: newlines become a sign, tabs a space, and nothing longer than `charsMax` reaches the page. */
export function toOneLine(text: string, charsMax = 400): string {
  const cut = text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
  return cut.replaceAll(/\r?\n/g, " ↵ ").replaceAll("\t", " ");
}

/**
 * The same, for where no mark can stand out: a window's title, a label, words drawn on a picture. What cannot be seen is
 * there by its name, so that it neither turns the words beside it nor goes unsaid.
 */
export function toVisibleLine(text: string, charsMax = 400): string {
  const line = markAll(toOneLine(text, charsMax));
  return line.length > charsMax + 1 ? `${line.slice(0, charsMax)}…` : line;
}
