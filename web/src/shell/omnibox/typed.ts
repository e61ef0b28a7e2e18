/** What people type or paste into the omnibox, read by its form alone. Pure. */
import { readRequestId } from "@throughline/query/request-id";

export type Typed =
  | { readonly kind: "nothing" }
  /** A link into these pages: where it leads, without its host. */
  | { readonly kind: "address"; readonly href: string; readonly isOfHere: boolean }
  /** The id of one log, as its permalinks have it. */
  | { readonly kind: "log"; readonly id: string }
  | {
      readonly kind: "id";
      readonly id: string;
      /** True for the form of an id; false for a word that may be the id of a request. */
      readonly isSure: boolean;
    }
  | { readonly kind: "words"; readonly text: string };

/** As long as the service reads ids. */
const ID_MAX_CHARS = 500;
const ID_MIN_CHARS = 6;
const PAGES = /^\/(?:traces|logs|services|map|sql|compare|setup|trace\/[^/]+|services\/[^/]+)$/u;
const HEADER = /^(?:traceparent|b3|uber-trace-id|x-amzn-trace-id)\s*[:=]/iu;

/** @param origin of these pages, `https://host:port` */
export function readTyped(typed: string, origin: string): Typed {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const address = readAddress(text, origin);
  if (address !== undefined) return address;
  if (/^\d{16,19}-[0-9a-f]{16}$/u.test(text)) return { kind: "log", id: text };
  if (text.length > ID_MAX_CHARS) return { kind: "words", text };
  if (readRequestId(text).form !== "text" || HEADER.test(text))
    return { kind: "id", id: text, isSure: true };
  // A word with a digit, and nothing of the filter language: `req-8f3a21`, `ord_1001`.
  const mayBeId = text.length >= ID_MIN_CHARS && /^[\w.+/-]*\d[\w.+/-]*$/u.test(text);
  return mayBeId ? { kind: "id", id: text, isSure: false } : { kind: "words", text };
}

function readAddress(text: string, origin: string): Typed | undefined {
  if (!/^(?:https?:\/\/|\/)\S+$/iu.test(text)) return undefined;
  let url: URL;
  try {
    url = new URL(text, origin);
  } catch {
    return undefined;
  }
  if (!PAGES.test(url.pathname)) return undefined;
  return { kind: "address", href: url.pathname + url.search, isOfHere: url.origin === origin };
}
