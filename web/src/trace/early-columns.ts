/**
 * The page of a trace is a file of its own. While that comes, the first answer that it will want comes too: asking one
 * after the other costs a round trip before the first row. Where a link to a trace is opened, the service has named the
 * answer with the page (`query/src/http/preloads.ts`), and `fetch` takes what the browser has asked for by itself.
 */
interface EarlyAnswer {
  readonly url: string;
  readonly answer: Promise<Response>;
}

let early: EarlyAnswer | undefined;

/** @param pathname of the address that is being opened; nothing happens unless it is a trace's */
export function askEarly(pathname: string): void {
  const traceId = /^\/trace\/([0-9a-f]{32})$/i.exec(pathname)?.[1]?.toLowerCase();
  if (traceId === undefined || early !== undefined) return;
  const url = `/api/traces/${traceId}/columns`;
  const answer = fetch(url);
  // Whoever takes it hears of it.
  answer.catch(() => undefined);
  early = { url, answer };
}

/** @returns the answer, once; undefined when it was not asked for or failed: who asks again can say why */
export async function takeEarly(url: string): Promise<Response | undefined> {
  if (early?.url !== url) return undefined;
  const { answer } = early;
  early = undefined;
  return answer.then(
    (response) => (response.ok ? response : undefined),
    () => undefined,
  );
}
