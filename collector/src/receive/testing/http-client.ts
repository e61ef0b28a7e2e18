/** HTTP clients for tests: a well-behaved one, and one that writes exactly the bytes it is told. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Sending {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Several pieces are sent chunked, without a Content-Length. */
  readonly body?: Buffer | readonly Buffer[];
}

/** One request on a connection of its own. */
export function send(
  port: number,
  { method = "POST", path = "/v1/logs", headers = {}, body }: Sending,
) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest({ port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          code: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on("error", reject);
    if (Array.isArray(body)) for (const piece of body) request.write(piece);
    request.end(Buffer.isBuffer(body) ? body : undefined);
  });
}

/** Writes exactly these bytes and reads until the server closes or `timeoutMs` is over. */
export function speak(port: number, bytes: string | Buffer, timeoutMs = 3000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const finish = () => {
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(finish, timeoutMs);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("close", () => {
      clearTimeout(timer);
      finish();
    });
    socket.write(bytes);
  });
}
