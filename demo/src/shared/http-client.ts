/** An answer of another service: any status is an answer; only the network can fail. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 5_000;

export async function callJson(
  method: "GET" | "POST" | "DELETE",
  url: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === "" ? {} : JSON.parse(text);
  return { status: response.status, body: isRecord(parsed) ? parsed : {} };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textField(body: unknown, name: string): string {
  const value = isRecord(body) ? body[name] : undefined;
  return typeof value === "string" ? value : "";
}

export function numberField(body: unknown, name: string): number {
  const value = isRecord(body) ? body[name] : undefined;
  return typeof value === "number" ? value : 0;
}
