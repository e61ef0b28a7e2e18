/** Goal: whatever is opened, charged, settled and closed, the budget is never exceeded and always given back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AdmissionTicket } from "../contract.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { createAdmission } from "./admission.ts";

const limits = { ...DEFAULT_LIMITS.admit, inFlightMaxBytes: 1000, inFlightMaxRequests: 4 };

function setUp(random = () => 0.5) {
  const metrics = createCollectorMetrics();
  const admission = createAdmission({ limits, metrics, random });
  const read = async () => ({
    bytes: (await metrics.inFlightBytes.get()).values[0]?.value ?? 0,
    requests: (await metrics.inFlightRequests.get()).values[0]?.value ?? 0,
  });
  const open = (bytes: number) => {
    const ticket = admission.open(bytes);
    if (ticket.kind !== "ticket") throw new Error(ticket.message);
    return ticket;
  };
  return { admission, open, read };
}

test("a request that does not fit is told the setting and a delay, and charges nothing", async () => {
  const { admission, open, read } = setUp();
  open(900);
  expect(admission.open(101)).toEqual({
    kind: "overloaded",
    message: expect.stringContaining("THROUGHLINE_OTLP_IN_FLIGHT_MAX_BYTES is 1000"),
    retryAfterMs: 1500,
  });
  expect(await read()).toEqual({ bytes: 900, requests: 1 });
});

test("the number of requests is limited on its own", () => {
  const { admission, open } = setUp();
  for (let i = 0; i < 4; i++) open(1);
  expect(admission.open(1)).toMatchObject({
    kind: "overloaded",
    message: expect.stringContaining("THROUGHLINE_OTLP_IN_FLIGHT_MAX_REQUESTS"),
  });
});

test("closing twice gives back once", async () => {
  const { open, read } = setUp();
  const kept = open(10);
  const closed = open(500);
  closed.close();
  closed.close();
  expect(closed.charge(300)).toBeUndefined();
  expect(await read()).toEqual({ bytes: 10, requests: 1 });
  kept.close();
  expect(await read()).toEqual({ bytes: 0, requests: 0 });
});

test("any history stays within the budget and ends at zero", async () => {
  const step = fc.record({
    do: fc.constantFrom("open", "charge", "settle", "close"),
    which: fc.nat(9),
    bytes: fc.nat(600),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (history) => {
      const { admission, read } = setUp();
      const tickets: AdmissionTicket[] = [];
      for (const { do: what, which, bytes } of history) {
        const ticket = tickets[which % Math.max(tickets.length, 1)];
        if (what === "open") {
          const opened = admission.open(bytes);
          if (opened.kind === "ticket") tickets.push(opened);
        } else if (what === "charge") ticket?.charge(bytes);
        else if (what === "settle") ticket?.settle(bytes);
        else ticket?.close();
        const now = await read();
        expect(now.bytes).toBeGreaterThanOrEqual(0);
        expect(now.bytes).toBeLessThanOrEqual(1000);
        expect(now.requests).toBeLessThanOrEqual(4);
      }
      for (const ticket of tickets) ticket.close();
      expect(await read()).toEqual({ bytes: 0, requests: 0 });
    }),
  );
});
