/**
 * Attributes are stored as texts; Jaeger's clients want types. A value is given one where OpenTelemetry's semantic conventions fix the
 * type of its key and the text is such a value; everything else stays a text, because a customer's number may begin with zeros.
 */
const INTEGER_KEYS = new Set([
  "client.port",
  "code.column.number",
  "code.line.number",
  "code.lineno",
  "container.restart_count",
  "db.response.returned_rows",
  "gen_ai.usage.input_tokens",
  "gen_ai.usage.output_tokens",
  "http.request.body.size",
  "http.request.resend_count",
  "http.request.size",
  "http.request_content_length",
  "http.resend_count",
  "http.response.body.size",
  "http.response.size",
  "http.response.status_code",
  "http.response_content_length",
  "http.status_code",
  "messaging.batch.message_count",
  "messaging.message.body.size",
  "messaging.message.envelope.size",
  "net.host.port",
  "net.peer.port",
  "net.sock.host.port",
  "net.sock.peer.port",
  "network.local.port",
  "network.peer.port",
  "peer.port",
  "process.parent_pid",
  "process.pid",
  "rpc.grpc.status_code",
  "rpc.jsonrpc.error_code",
  "rpc.message.compressed_size",
  "rpc.message.id",
  "rpc.message.uncompressed_size",
  "server.port",
  "thread.id",
  "url.port",
]);

const BOOLEAN_KEYS = new Set([
  "error",
  "exception.escaped",
  "faas.coldstart",
  "messaging.destination.anonymous",
  "messaging.destination.temporary",
]);

const INTEGER = /^-?(?:0|[1-9]\d{0,18})$/;

export type TypedValue =
  | { readonly type: "string"; readonly text: string }
  | { readonly type: "bool"; readonly value: boolean }
  /** Decimal: JavaScript's numbers cannot hold all of them. */
  | { readonly type: "int64"; readonly text: string };

export function typedValue(key: string, text: string): TypedValue {
  if (INTEGER_KEYS.has(key) && INTEGER.test(text)) return { type: "int64", text };
  if (BOOLEAN_KEYS.has(key) && (text === "true" || text === "false")) {
    return { type: "bool", value: text === "true" };
  }
  return { type: "string", text };
}
