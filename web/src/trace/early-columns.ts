/**
 * The page of a trace is a file of its own. While that comes, the first answer that it will want comes too: asking one
 * after the other costs a round trip before the first row.
 */
const asked = new Map<string, Promise<Response | undefined>>();

/** @param pathname of the address that is being opened; nothing happens unless it is a trace's */
export function askEarly(pathname: string): void {
  const traceId = /^\/trace\/([0-9a-f]{32})$/i.exec(pathname)?.[1]?.toLowerCase();
  if (traceId === undefined) return;
  const url = `/api/traces/${traceId}/columns`;
  // Whatever fails is asked again, by who can say why it failed.
  const answer = fetch(url, { headers: { accept: "application/json" } }).then(
    (response) => (response.ok ? response : undefined),
    () => undefined,
  );
  asked.set(url, answer);
}

/** @returns the answer, once; undefined when it was not asked for or failed */
export async function takeEarly(url: string): Promise<Response | undefined> {
  const answer = asked.get(url);
  asked.delete(url);
  return answer;
}
