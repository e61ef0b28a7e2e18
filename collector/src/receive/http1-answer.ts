/** An answer in plain HTTP/1.1 written by hand, for connections that no HTTP server of Node's is at. */
import type { Socket } from "node:net";

/** How long a connection that has its answer stays open for a client that still writes. */
export const LINGER_MS = 2000;

/** @param status such as `400 Bad Request` */
export function formatHttp1Answer(status: string, message: string): string {
  const body = `${message}\n`;
  return (
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** The last thing that is said on the connection, which then closes. Takes the socket over. */
export function answerInHttp1(socket: Socket, status: string, message: string): void {
  socket.end(formatHttp1Answer(status, message));
  // Closing while the client still writes would reset the connection and lose the answer with it.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("end", () => socket.destroySoon());
  socket.once("close", () => clearTimeout(timer));
}
