import { CATALOG } from "../shared/catalog.ts";

/** One request to the storefront. */
export interface PlannedRequest {
  readonly scenario: Scenario;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: Readonly<Record<string, string | number>>;
}

type Scenario =
  | "search"
  | "product"
  | "recommendations"
  | "checkout"
  | "checkout-retry"
  | "checkout-processor-down"
  | "checkout-declined";

/** The first requests show every scenario once, the most telling ones early. */
const OPENING: readonly Scenario[] = [
  "search",
  "checkout-retry",
  "recommendations",
  "checkout",
  "checkout-processor-down",
  "product",
  "checkout",
  "checkout-declined",
];

/** Share of each scenario after the opening; they add up to 1. */
const SHARES: readonly (readonly [Scenario, number])[] = [
  ["search", 0.27],
  ["product", 0.2],
  ["recommendations", 0.1],
  ["checkout", 0.31],
  ["checkout-retry", 0.06],
  ["checkout-processor-down", 0.02],
  ["checkout-declined", 0.04],
];

const COUNTRIES = ["NL", "DE", "FR", "BE", "CH"] as const;
const WORDS = ["lamp", "oak", "set", "tray", "wool", "unobtainium"] as const;

/** The requests of a run, without end. The same random numbers give the same requests. */
export function* planTraffic(random: () => number): Generator<PlannedRequest, never> {
  for (let index = 0; ; index++) {
    const scenario = OPENING[index] ?? pickScenario(random());
    yield toRequest(scenario, index, random);
  }
}

function pickScenario(roll: number): Scenario {
  let rest = roll;
  for (const [scenario, share] of SHARES) {
    if (rest < share) return scenario;
    rest -= share;
  }
  return "checkout";
}

function toRequest(scenario: Scenario, index: number, random: () => number): PlannedRequest {
  const sku = pick(CATALOG, random()).sku;
  switch (scenario) {
    case "search":
      return { scenario, method: "GET", path: `/search?q=${pick(WORDS, random())}` };
    case "product":
      return { scenario, method: "GET", path: `/products/${sku}` };
    case "recommendations":
      return { scenario, method: "GET", path: `/recommendations/${sku}` };
    case "checkout":
      return order(scenario, "tok_ok", { sku, index, country: pick(COUNTRIES, random()) });
    case "checkout-retry":
      return order(scenario, "tok_flaky", { sku, index, country: "NL" });
    case "checkout-processor-down":
      return order(scenario, "tok_down", { sku, index, country: "DE" });
    case "checkout-declined":
      return order(scenario, "tok_declined", { sku, index, country: "FR" });
  }
}

function order(
  scenario: Scenario,
  token: string,
  details: { readonly sku: string; readonly index: number; readonly country: string },
): PlannedRequest {
  const { sku, index, country } = details;
  const orderId = `order-${String(index + 1).padStart(6, "0")}`;
  const body = { orderId, sku, quantity: 1 + (index % 3), token, country };
  return { scenario, method: "POST", path: "/checkout", body };
}

function pick<T>(items: readonly T[], roll: number): T {
  const item = items[Math.floor(roll * items.length)];
  if (item === undefined) throw new RangeError(`roll ${roll} is not in 0 <= roll < 1`);
  return item;
}
