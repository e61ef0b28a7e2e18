import { expect } from "vitest";
import type { Product } from "./product.ts";

/**
 * Sends a request as JSON over HTTP, and expects it to be taken.
 * @param path `/v1/traces`, `/v1/logs` or `/v1/metrics`
 * @returns the answer: `{}`, or which records were refused
 */
export async function sendOtlp(product: Product, path: string, request: unknown): Promise<unknown> {
  const response = await fetch(`${product.otlpHttpUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const answer = await response.text();
  expect(response.status, answer).toBe(200);
  return JSON.parse(answer);
}
