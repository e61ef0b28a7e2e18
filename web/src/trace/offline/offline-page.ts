/**
 * Pure: one trace as one page of HTML that needs nothing else. The trace is base64, so nothing in it can be markup; what
 * is written as text is escaped; scripts and styles run by a nonce that nobody knew when the trace was sent.
 */
import { toVisibleParts } from "../../lib/visible-text.ts";

export interface OfflineParts {
  /** Of the page, as it is: `gateway GET /orders`. */
  readonly title: string;
  /** What is said without scripts. */
  readonly summary: string;
  /** Of `packTrace`. */
  readonly packed: string;
  /** The viewer, and its styles. */
  readonly script: string;
  readonly style: string;
  /** Unguessable, of letters and digits. */
  readonly nonce: string;
}

/** The element that holds the trace. */
export const TRACE_ELEMENT_ID = "trace";

export function offlinePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

export function toOfflinePage(parts: OfflineParts): string {
  const { title, summary, packed, nonce } = parts;
  if (!/^[A-Za-z0-9]{16,64}$/.test(nonce)) throw new RangeError("a nonce is letters and digits");
  if (!/^[A-Za-z0-9+/=]*$/.test(packed)) throw new RangeError("a packed trace is base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${offlinePolicy(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${styleText(parts.style)}</style>
</head>
<body>
<noscript>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(summary)}</p>
<p>The spans and logs are in this file; showing them needs scripts, which are switched off here.</p>
</noscript>
<script type="application/octet-stream" id="${TRACE_ELEMENT_ID}">${packed}</script>
<script nonce="${nonce}">${scriptText(parts.script)}</script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** As text, invisible characters as marks. */
function escapeHtml(text: string): string {
  const visible = toVisibleParts(text)
    .map((part) => part.text)
    .join("");
  return visible.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Our own code may hold the words in a string: written as an escape they mean the same there, and nothing to HTML. */
function scriptText(code: string): string {
  return code.replaceAll(/<(?=\/script|script|!--)/gi, String.raw`\x3C`);
}

function styleText(css: string): string {
  return css.replaceAll(/<(?=\/style)/gi, String.raw`\3C `);
}
