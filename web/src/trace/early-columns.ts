/**
 * The page of a trace is a file of its own. While that comes, the first answer that it will want comes too: asking one
 * after the other costs a round trip before the first row. Where a link to a trace is opened, `public/early.js` has asked
 * before this application was there.
 */
interface EarlyAnswer {
  readonly url: string;
  readonly answer: Promise<Response>;
}

declare global {
  interface Window {
    throughlineEarly?: EarlyAnswer | undefined;
  }
}

/** @param pathname of the address that is being opened; nothing happens unless it is a trace's */
export function askEarly(pathname: string): void {
  const traceId = /^\/trace\/([0-9a-f]{32})$/i.exec(pathname)?.[1]?.toLowerCase();
  if (traceId === undefined || window.throughlineEarly !== undefined) return;
  const url = `/api/traces/${traceId}/columns`;
  const answer = fetch(url, { headers: { accept: "application/json" } });
  // Whoever takes it hears of it.
  answer.catch(() => undefined);
  window.throughlineEarly = { url, answer };
}

/** @returns the answer, once; undefined when it was not asked for or failed: who asks again can say why */
export async function takeEarly(url: string): Promise<Response | undefined> {
  const early = window.throughlineEarly;
  if (early?.url !== url) return undefined;
  window.throughlineEarly = undefined;
  return early.answer.then(
    (response) => (response.ok ? response : undefined),
    () => undefined,
  );
}
