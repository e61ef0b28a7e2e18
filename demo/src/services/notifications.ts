/** The queue worker: sends a confirmation mail for each order, in the trace of the request that placed it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { textField } from "../shared/http-client.ts";
import { MessageQueue } from "../shared/message-queue.ts";
import { linkToParent } from "../shared/process.ts";
import { createLogger } from "../shared/service.ts";
import { inSpan } from "../shared/spans.ts";

const POLL_MS = 100;
const MAIL_MS = 25;

const log = createLogger("notifications");
const queue = new MessageQueue(process.env["SHOP_QUEUE_FILE"] ?? ":memory:");
const stopping = new AbortController();
const parent = linkToParent(() => stopping.abort());
parent.tell({ kind: "ready", url: "queue:order-events" });

while (!stopping.signal.aborted) {
  const consumed = await consumeOne(log);
  if (!consumed)
    await sleep(POLL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
}
queue.close();

/** A message that cannot be handled is logged and gone: the demo has no dead-letter queue. */
async function consumeOne(logger: Logger): Promise<boolean> {
  try {
    return await queue.consume((body) => confirm(textField(body, "orderId"), logger));
  } catch (err) {
    logger.error({ err }, "message not handled");
    return true;
  }
}

async function confirm(orderId: string, logger: Logger): Promise<void> {
  logger.info({ orderId }, "order event taken from the queue");
  await inSpan("send confirmation mail", { attributes: { "shop.order.id": orderId } }, async () => {
    await sleep(MAIL_MS);
    logger.info({ orderId, template: "order-confirmed" }, "confirmation mail sent");
  });
}
