import type { Page } from "playwright-core";
import { NAMED } from "./fixture-traces.ts";

interface View {
  readonly name: string;
  readonly path: string;
  readonly mode?: "empty" | "broken";
  readonly act?: (page: Page) => Promise<void>;
}

/** The pages about services, the map and comparing, in every state. */
export const SERVICE_VIEWS: readonly View[] = [
  { name: "services-sorted", path: "/services?sort=errors&from=now-3h" },
  { name: "services-nothing", path: "/services?name=nobody" },
  { name: "services-empty", path: "/services", mode: "empty" },
  { name: "services-broken", path: "/services", mode: "broken" },
  { name: "service", path: "/services/payments?from=now-3h" },
  { name: "service-front", path: "/services/gateway" },
  {
    name: "service-operation",
    path: "/services/orders?from=now-3h&operation=POST+%2Forders",
  },
  {
    name: "service-table",
    path: "/services/payments?from=now-3h",
    act: (page) => page.getByRole("button", { name: "Errors: view as table" }).click(),
  },
  {
    name: "service-hover",
    path: "/services/payments?from=now-3h",
    act: (page) =>
      page
        .locator(".u-over")
        .first()
        .hover({ position: { x: 120, y: 40 } }),
  },
  { name: "service-nothing", path: "/services/nobody" },
  { name: "service-empty", path: "/services/payments", mode: "empty" },
  { name: "service-broken", path: "/services/payments", mode: "broken" },
  { name: "map", path: "/map?from=now-3h" },
  { name: "map-node", path: "/map?from=now-3h&node=service%3Apayments" },
  { name: "map-focus", path: "/map?from=now-3h&focus=orders" },
  { name: "map-table", path: "/map?from=now-3h&view=table" },
  { name: "map-empty", path: "/map", mode: "empty" },
  { name: "map-broken", path: "/map", mode: "broken" },
  { name: "compare", path: `/compare?a=${NAMED.checkout}&b=${NAMED.silent}` },
  { name: "compare-usual", path: `/compare?a=${NAMED.checkout}&b=typical` },
  { name: "compare-wide", path: `/compare?a=${NAMED.wide}` },
  { name: "compare-unknown", path: `/compare?a=${"0".repeat(31)}1` },
  { name: "compare-nothing", path: "/compare" },
];
