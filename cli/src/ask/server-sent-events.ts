/** `text/event-stream`, as the HTML standard reads it; of its fields `event`, `data` and `id`. */

export interface ServerSentEvent {
  /** `message` where the server does not say. */
  readonly event: string;
  readonly data: string;
}

/** @param maxBytes of one event; a stream that never ends one must not fill the memory */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
  maxBytes = 16 * 1024 ** 2,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  let data: string[] = [];
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const held = data.reduce((sum, line) => sum + line.length, rest.length);
    if (held > maxBytes) throw new Error(`an event of more than ${maxBytes} bytes`);
    // A line may end in CR, LF or both; a CR at the end may be half of both.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
        event = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") data.push(value);
      else if (field === "event") event = value;
    }
  }
}
