import { trace, type Context, type Span } from "@opentelemetry/api";

/** undici 5 keeps headers as lines, later versions as names and values by turns. */
type UndiciHeaders = string | readonly (string | readonly string[])[];

const undiciHeaders = new WeakMap<Span, UndiciHeaders>();

/**
 * The undici instrumentation's hook for a request about to be made. It injects into an empty object and adds what it finds there
 * to the request, so the propagator would not see the application's own headers; it injects with this span.
 */
export function noteOwnHeader(span: Span, request: { readonly headers: UndiciHeaders }): void {
  undiciHeaders.set(span, request.headers);
}

/**
 * Whether the application has set the header itself: names are compared without case, since Node and servers do.
 * @param header in lower case
 * @param ours a value that was put into this carrier for an earlier request: applications may use one object for many messages
 */
export function hasOwnHeader(
  context: Context,
  carrier: unknown,
  header: string,
  ours: string | undefined,
): boolean {
  const span = trace.getSpan(context);
  const headers = span === undefined ? undefined : undiciHeaders.get(span);
  if (headers !== undefined && namesOf(headers).includes(header)) return true;
  return Object.entries(fieldsOf(carrier)).some(
    ([name, value]) => name.toLowerCase() === header && (ours === undefined || value !== ours),
  );
}

function namesOf(headers: UndiciHeaders): readonly string[] {
  const names =
    typeof headers === "string"
      ? headers.split("\r\n").map((line) => line.split(":", 1)[0])
      : headers.filter((_each, index) => index % 2 === 0);
  return names.map((name) => String(name).toLowerCase());
}

function fieldsOf(carrier: unknown): object {
  if (typeof carrier !== "object" || carrier === null) return {};
  // gRPC's metadata keeps its fields inside.
  if (!("getMap" in carrier) || typeof carrier.getMap !== "function") return carrier;
  const fields: unknown = carrier.getMap();
  return typeof fields === "object" && fields !== null ? fields : {};
}
