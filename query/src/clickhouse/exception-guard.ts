/**
 * ClickHouse begins to answer before it knows that it can end. When it fails in the middle, it writes the exception behind
 * the rows, between markers with a tag that a header told before, and breaks the connection off. These bytes are
 * no rows: here they become the error that the stream ends with.
 */
import { ClickHouseError } from "@clickhouse/client";

/** Of the exception's text; ClickHouse writes at most 16 KiB. */
const TEXT_BYTES_MAX = 16 * 1024;

/**
 * The bytes before the exception, as they come.
 * @param tag of the header `x-clickhouse-exception-tag`
 * @throws ClickHouseError after them when there is one; else what the source fails with
 */
export async function* beforeException(
  source: AsyncIterable<unknown>,
  tag: string,
): AsyncGenerator<Buffer> {
  const marker = Buffer.from(`\r\n__exception__\r\n${tag}`);
  let held: Buffer = Buffer.alloc(0);
  let text: Buffer | undefined;
  try {
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) continue;
      if (text !== undefined) {
        if (text.length < TEXT_BYTES_MAX) text = Buffer.concat([text, chunk]);
        continue;
      }
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const at = bytes.indexOf(marker);
      const end = at >= 0 ? at : bytes.length - beginningAtEnd(bytes, marker);
      if (at >= 0) text = bytes.subarray(at + marker.length);
      if (end > 0) yield bytes.subarray(0, end);
      held = bytes.subarray(end);
    }
  } catch (error) {
    // The connection that breaks after the text says less than the text.
    throw text === undefined ? error : toError(text);
  }
  if (text !== undefined) throw toError(text);
  if (held.length > 0) yield held;
}

/** How many bytes at the end of `bytes` are the beginning of `marker`. */
function beginningAtEnd(bytes: Buffer, marker: Buffer): number {
  const most = Math.min(bytes.length, marker.length - 1);
  for (let length = most; length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(marker.subarray(0, length))) return length;
  }
  return 0;
}

function toError(text: Buffer): ClickHouseError {
  const [message = ""] = text.subarray(0, TEXT_BYTES_MAX).toString("utf8").trim().split("\n");
  const code = /Code: (\d+)/.exec(message)?.[1] ?? "0";
  return new ClickHouseError({ message: message.trim(), code });
}

const NEWLINE = 10;

/** Bytes up to the last end of a line, so that a source which fails leaves no half line behind. */
export async function* wholeLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  for await (const bytes of source) {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      parts.push(bytes);
      continue;
    }
    yield Buffer.concat([...parts, bytes.subarray(0, end)]);
    parts = end < bytes.length ? [bytes.subarray(end)] : [];
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}
