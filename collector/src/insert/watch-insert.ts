/** An INSERT that a server does not finish, and a server that does not answer another question meanwhile. */
class InsertStalledError extends Error {
  override readonly name = "InsertStalledError";
  readonly code = "INSERT_STALLED";
}

export interface WatchOptions {
  /** Cuts the work from outside. */
  readonly signal: AbortSignal;
  /** After so long the work is called stalled and the server is asked; again and again while it goes on. */
  readonly stallMs: number;
  /** The work is cut after so long, whatever the server answers. */
  readonly timeoutMs: number;
  /** Rejects when the server does not answer. */
  readonly ask: () => Promise<unknown>;
  readonly onStall: () => void;
}

/**
 * A slow INSERT and a hung server look the same from one connection. So a second question decides: a server that
 * answers it is busy, and cutting its INSERT would only make it begin again; one that does not is given up.
 * @throws what the work throws, or InsertStalledError with the reason why it was cut
 */
export async function watchInsert<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: WatchOptions,
): Promise<T> {
  const { stallMs, timeoutMs, ask, onStall } = options;
  const cut = new AbortController();
  const check = async (): Promise<void> => {
    onStall();
    try {
      await ask();
    } catch (error) {
      const message = `an INSERT was cut after ${stallMs} ms, because ClickHouse answered nothing else either`;
      cut.abort(new InsertStalledError(message, { cause: error }));
      return;
    }
    if (!done) timer = setTimeout(() => void check(), stallMs);
  };
  let done = false;
  let timer = setTimeout(() => void check(), stallMs);
  const limit = setTimeout(() => {
    cut.abort(new InsertStalledError(`an INSERT was not done after ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    return await work(AbortSignal.any([options.signal, cut.signal]));
  } catch (error) {
    throw cut.signal.aborted ? cut.signal.reason : error;
  } finally {
    done = true;
    clearTimeout(timer);
    clearTimeout(limit);
  }
}
