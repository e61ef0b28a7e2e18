/** Charges cards through the card processor. Does not retry: that is its caller's decision. */
import { callJson, textField, type JsonAnswer } from "../shared/http-client.ts";
import { runService } from "../shared/service.ts";

class CardProcessorError extends Error {
  override readonly name = "CardProcessorError";
  readonly statusCode = 502;
}

let debugLineWritten = false;

await runService("payments", ({ app, peers }) => {
  app.post("/charges", async (request, reply) => {
    const orderId = textField(request.body, "orderId");
    const token = textField(request.body, "token");
    if (!debugLineWritten) {
      // The classic slip: a debug line left in, with what must never be logged. Once, so that the collector's redaction can be seen to work.
      debugLineWritten = true;
      request.log.info({ orderId }, `debug: charging card 4111 1111 1111 1111 for ${orderId}`);
    }
    request.log.info({ orderId, token }, "asking the card processor");
    const answer = await authorize((await peers).cardProcessor, { orderId, token });
    if (answer.status === 402) {
      request.log.warn({ orderId }, "card declined");
      return reply.code(402).send({ error: textField(answer.body, "error") });
    }
    if (answer.status !== 200) {
      throw new CardProcessorError(`card processor answered ${answer.status}`);
    }
    const authorization = textField(answer.body, "authorization");
    request.log.info({ orderId, authorization }, "card charged");
    return reply.code(201).send({ authorization });
  });
});

async function authorize(
  processorUrl: string,
  charge: Readonly<Record<string, string>>,
): Promise<JsonAnswer> {
  try {
    return await callJson("POST", `${processorUrl}/authorizations`, charge);
  } catch (cause) {
    throw new CardProcessorError("card processor is not reachable", { cause });
  }
}
