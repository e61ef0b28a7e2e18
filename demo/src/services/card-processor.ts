/**
 * The card company: somebody else's system, so it runs without our SDK. Its test tokens choose what happens:
 *   tok_ok        approved
 *   tok_flaky     503 on the first try of an order, approved on the next
 *   tok_down      the connection breaks, every time
 *   tok_declined  402
 */
import { createServer, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { textField } from "../shared/http-client.ts";
import { linkToParent } from "../shared/process.ts";

const THINKING_MS = 30;
const ORDERS_REMEMBERED_MAX = 10_000;
const triedOrders = new Set<string>();

const server = createServer((request, response) => {
  void json(request).then((body) => {
    setTimeout(
      () => answer(response, textField(body, "token"), textField(body, "orderId")),
      THINKING_MS,
    );
  });
});

function answer(response: ServerResponse, token: string, orderId: string): void {
  if (token === "tok_down") {
    response.destroy();
    return;
  }
  if (token === "tok_flaky" && !triedOrders.has(orderId)) {
    if (triedOrders.size >= ORDERS_REMEMBERED_MAX) triedOrders.clear();
    triedOrders.add(orderId);
    reply(response, 503, { error: "processor busy" });
    return;
  }
  if (token === "tok_declined") reply(response, 402, { error: "insufficient funds" });
  else reply(response, 200, { authorization: `auth-${orderId}` });
}

function reply(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const parent = linkToParent(() => {
  server.close();
  server.closeAllConnections();
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  parent.tell({ kind: "ready", url: `http://127.0.0.1:${address.port}` });
});
