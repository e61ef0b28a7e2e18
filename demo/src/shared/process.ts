import { isFromParent, type FromChild, type Peers } from "./messages.ts";

/** What every shop process has to do with its parent: say it is ready, learn its peers, end with it. */
export interface ParentLink {
  readonly peers: Promise<Peers>;
  tell(message: FromChild): void;
}

/**
 * @param stop lets the process end by itself; called once, on the parent's end (even by kill -9) or a signal
 */
export function linkToParent(stop: () => Promise<void> | void): ParentLink {
  if (process.send === undefined) {
    throw new Error("this process belongs to a shop: start it through demo/src/main.ts");
  }
  let stopping = false;
  const stopOnce = (): void => {
    if (stopping) return;
    stopping = true;
    if (process.connected) process.disconnect();
    void stop();
  };
  process.once("disconnect", stopOnce);
  process.once("SIGINT", stopOnce);
  process.once("SIGTERM", stopOnce);
  const peers = new Promise<Peers>((resolve) => {
    process.on("message", (message: unknown) => {
      if (isFromParent(message)) resolve(message.peers);
    });
  });
  return {
    peers,
    tell: (message) => {
      if (process.connected) process.send?.(message);
    },
  };
}
