/** Goal: a stream of events is read the same however it is cut into pieces, and cannot fill the memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { serverSentEvents, type ServerSentEvent } from "./server-sent-events.ts";

async function read(pieces: readonly Uint8Array[], maxBytes?: number): Promise<ServerSentEvent[]> {
  // oxlint-disable-next-line typescript/require-await -- a stream of what is there already
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const events: ServerSentEvent[] = [];
  for await (const event of serverSentEvents(body(), maxBytes)) events.push(event);
  return events;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("events have a name, lines of data, and end with an empty line", async () => {
  const stream = [
    ": a comment\n\n",
    'data: {"body":"one"}\n\n',
    "event: dropped\r\ndata: 3\r\nid: 7\r\n\r\n",
    "data:two\ndata: lines\n\n",
    "event: unfinished\ndata: never sent",
  ].join("");
  expect(await read([bytes(stream)])).toEqual([
    { event: "message", data: '{"body":"one"}' },
    { event: "dropped", data: "3" },
    { event: "message", data: "two\nlines" },
  ]);
});

test("pieces may end anywhere, also inside a character", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, " ")),
        {
          maxLength: 5,
        },
      ),
      fc.array(fc.nat(200)),
      fc.constantFrom("\n", "\r\n", "\r"),
      async (texts, cuts, end) => {
        const whole = bytes(texts.map((text) => `data: ${text}${end}${end}`).join(""));
        const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort(
          (a, b) => a - b,
        );
        const pieces = [0, ...places].map((from, index) => whole.subarray(from, places[index]));
        const data = (await read(pieces)).map((event) => event.data);
        // A last CR alone may be half of a CR LF: that event comes with the next piece.
        const sure = end === "\r" ? texts.slice(0, -1) : texts;
        expect(data.slice(0, sure.length)).toEqual(sure);
      },
    ),
  );
});

test("an event that never ends is given up", async () => {
  const line = bytes(`data: ${"x".repeat(1_000)}\n`);
  await expect(
    read(
      Array.from({ length: 20 }, () => line),
      10_000,
    ),
  ).rejects.toThrow("an event of more than 10000 bytes");
});
