import { connect } from "node:net";

/**
 * Whether anything accepts connections there. Asked before a dying process waits for an answer.
 * @returns undefined when it does, otherwise why not
 */
export function whyUnreachable(
  address: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port, timeout: timeoutMs });
    const settle = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once("connect", () => settle(undefined));
    socket.once("timeout", () => settle(`no connection within ${timeoutMs} ms`));
    socket.once("error", (error) => settle(error.message));
  });
}
