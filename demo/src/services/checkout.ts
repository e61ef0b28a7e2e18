/**
 * Turns a cart into an order: reserve, charge (again if it must), tell the others. Runs twice: 1.4.0, and 1.5.0
 * with a new price check that is slow and does not know every country.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { callJson, numberField, textField } from "../shared/http-client.ts";
import { MessageQueue } from "../shared/message-queue.ts";
import type { Peers } from "../shared/messages.ts";
import { runService } from "../shared/service.ts";
import { inSpan } from "../shared/spans.ts";

const ATTEMPTS_MAX = 3;
const RETRY_PAUSE_MS = 60;
const PRICE_CHECK_MS = 140;

interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly token: string;
  readonly country: string;
}

type ChargeOutcome =
  | { readonly kind: "charged"; readonly attempts: number }
  | { readonly kind: "declined"; readonly attempts: number; readonly reason: string }
  | { readonly kind: "failed"; readonly attempts: number; readonly error: Error };

const checksPrices = process.env["SHOP_CHECKS_PRICES"] === "true";
const taxRates: ReadonlyMap<string, number> = new Map([
  ["NL", 21],
  ["DE", 19],
  ["FR", 20],
  ["BE", 21],
]);

await runService("checkout", ({ app, peers }) => {
  const queue = new MessageQueue(process.env["SHOP_QUEUE_FILE"] ?? ":memory:");
  app.addHook("onClose", () => queue.close());

  app.post("/orders", async (request, reply) => {
    const order = readOrder(request.body);
    request.log.info({ ...order }, "order received");
    if (checksPrices) await checkPrices(order);
    const shop = await peers;
    const reservation = await callJson("POST", `${shop.inventory}/reservations`, {
      sku: order.sku,
      quantity: order.quantity,
    });
    if (reservation.status !== 201)
      return reply.code(409).send({ ...reservation.body, attempts: 0 });

    const charge = await chargeWithRetry(order, shop, request.log);
    if (charge.kind === "charged") {
      await queue.publish({ type: "order.confirmed", orderId: order.orderId, sku: order.sku });
      request.log.info({ orderId: order.orderId, attempts: charge.attempts }, "order confirmed");
      return reply.code(201).send({ orderId: order.orderId, attempts: charge.attempts });
    }
    await callJson("DELETE", `${shop.inventory}/reservations/${order.sku}/${order.quantity}`);
    if (charge.kind === "declined") {
      return reply.code(402).send({ error: charge.reason, attempts: charge.attempts });
    }
    request.log.error(
      { orderId: order.orderId, err: charge.error },
      "order given up: payment failed",
    );
    return reply.code(502).send({ error: charge.error.message, attempts: charge.attempts });
  });
});

async function chargeWithRetry(
  order: Order,
  peers: Peers,
  log: FastifyBaseLogger,
): Promise<ChargeOutcome> {
  let error = new Error("not attempted");
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      const answer = await chargeOnce(order, peers, attempt);
      if (answer.status === 201) return { kind: "charged", attempts: attempt };
      return { kind: "declined", attempts: attempt, reason: textField(answer.body, "error") };
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const retrying = attempt < ATTEMPTS_MAX;
      log.warn(
        { orderId: order.orderId, attempt, err: error },
        retrying ? "charge failed, trying again" : "charge failed",
      );
      if (retrying) await sleep(RETRY_PAUSE_MS * attempt);
    }
  }
  return { kind: "failed", attempts: ATTEMPTS_MAX, error };
}

function chargeOnce(order: Order, peers: Peers, attempt: number): ReturnType<typeof callJson> {
  const attributes = { "shop.order.id": order.orderId, "shop.charge.attempt": attempt };
  return inSpan("charge card", { attributes }, async () => {
    const answer = await callJson("POST", `${peers.payments}/charges`, {
      orderId: order.orderId,
      token: order.token,
    });
    if (answer.status >= 500) {
      throw new Error(`payments answered ${answer.status}: ${textField(answer.body, "message")}`);
    }
    return answer;
  });
}

function checkPrices(order: Order): Promise<void> {
  return inSpan("check prices", { attributes: { "shop.country": order.country } }, async () => {
    await sleep(PRICE_CHECK_MS);
    const rate = taxRates.get(order.country);
    if (rate === undefined) throw new TypeError(`no tax rate for country ${order.country}`);
  });
}

function readOrder(body: unknown): Order {
  return {
    orderId: textField(body, "orderId"),
    sku: textField(body, "sku"),
    quantity: numberField(body, "quantity"),
    token: textField(body, "token"),
    country: textField(body, "country"),
  };
}
