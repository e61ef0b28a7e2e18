import { DatabaseSync } from "node:sqlite";
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Link,
} from "@opentelemetry/api";
import { isRecord } from "./http-client.ts";
import { inSpan } from "./spans.ts";

const QUEUE_NAME = "order-events";
const BUSY_TIMEOUT_MS = 5_000;

/**
 * A queue that is a table in an SQLite file, shared by processes. Each message carries the trace context of its sender
 * in its headers, as it would in any broker, so that the consumer's work belongs to the same request.
 */
export class MessageQueue {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, headers TEXT NOT NULL, body TEXT NOT NULL);
    `);
  }

  publish(body: Readonly<Record<string, unknown>>): Promise<void> {
    const attributes = messagingAttributes("send");
    return inSpan(`send ${QUEUE_NAME}`, { kind: SpanKind.PRODUCER, attributes }, async (span) => {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      const result = this.#database
        .prepare("INSERT INTO messages (headers, body) VALUES (?, ?)")
        .run(JSON.stringify(headers), JSON.stringify(body));
      span.setAttribute("messaging.message.id", String(result.lastInsertRowid));
    });
  }

  /**
   * Takes the oldest message, if there is one, and handles it as a child of the span that sent it (and linked to it).
   * @returns whether there was one
   */
  async consume(
    handle: (body: Readonly<Record<string, unknown>>) => Promise<void>,
  ): Promise<boolean> {
    const [message] = this.#database
      .prepare(
        "DELETE FROM messages WHERE id = (SELECT min(id) FROM messages) RETURNING id, headers, body",
      )
      .all();
    if (message === undefined) return false;
    const sender = propagation.extract(ROOT_CONTEXT, parseObject(message["headers"]));
    const senderSpan = trace.getSpanContext(sender);
    const links: Link[] = senderSpan === undefined ? [] : [{ context: senderSpan }];
    const attributes = {
      ...messagingAttributes("process"),
      "messaging.message.id": String(message["id"]),
    };
    await context.with(sender, () =>
      inSpan(`process ${QUEUE_NAME}`, { kind: SpanKind.CONSUMER, attributes, links }, () =>
        handle(parseObject(message["body"])),
      ),
    );
    return true;
  }

  close(): void {
    this.#database.close();
  }
}

function messagingAttributes(operation: "send" | "process"): Attributes {
  return {
    "messaging.system": "sqlite",
    "messaging.destination.name": QUEUE_NAME,
    "messaging.operation.name": operation,
    "messaging.operation.type": operation,
  };
}

function parseObject(text: unknown): Readonly<Record<string, unknown>> {
  const parsed: unknown = typeof text === "string" ? JSON.parse(text) : {};
  return isRecord(parsed) ? parsed : {};
}
