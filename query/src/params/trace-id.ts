import { invalid, value, type Parsed } from "./result.ts";

/** 32 hex digits in any case; stored ids are lower case. */
export function parseTraceId(text: string): Parsed<string> {
  return /^[0-9a-fA-F]{32}$/.test(text)
    ? value(text.toLowerCase())
    : invalid("a trace id of 32 hex digits");
}

/** 16 hex digits in any case. */
export function parseSpanId(text: string): Parsed<string> {
  return /^[0-9a-fA-F]{16}$/.test(text)
    ? value(text.toLowerCase())
    : invalid("a span id of 16 hex digits");
}
