/** For the tests of live tails. */
/** An event as a client gets it. */
interface TailedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: {
    readonly logs?: readonly { readonly body: string }[];
    readonly spans?: readonly { readonly name: string }[];
    readonly dropped: number;
    /** Of a problem. */
    readonly code?: string;
  };
}

/** A client of one tail, as small as one can be. */
export class TailClient {
  readonly events: TailedEvent[] = [];
  readonly #leaving = new AbortController();
  #text = "";

  async open(url: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(url, { headers, signal: this.#leaving.signal });
    if (response.ok) void this.#read(response);
    return response;
  }

  get bodies(): readonly string[] {
    return this.events.flatMap(({ data }) => (data.logs ?? []).map(({ body }) => body));
  }

  get dropped(): number {
    return this.events.reduce((sum, { data }) => sum + data.dropped, 0);
  }

  leave(): void {
    this.#leaving.abort();
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    try {
      const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
      if (body === undefined) return;
      for await (const bytes of body) this.#take(decoder.decode(bytes, { stream: true }));
    } catch {
      // Left.
    }
  }

  #take(text: string): void {
    const pieces = (this.#text + text).split("\n\n");
    this.#text = pieces.pop() ?? "";
    for (const piece of pieces) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(piece)?.[1];
      const [id, event, data] = [field("id"), field("event"), field("data")];
      if (id === undefined || event === undefined || data === undefined) continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test looks at what it got
      const parsed = JSON.parse(data) as Partial<TailedEvent["data"]>;
      this.events.push({ id, event, data: { dropped: 0, ...parsed } });
    }
  }
}
