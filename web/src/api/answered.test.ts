/** Goal: until the next answer comes, the one before is shown as what it is: of its own range, at its own time. */
import {
  type FetchQueryOptions,
  QueryObserver,
  type QueryObserverOptions,
} from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { createQueryClient, logHistogramOptions } from "./queries.ts";
import { serviceOptions } from "./services.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const NOW_MS = Date.UTC(2026, 10, 20, 15, 30);
const HOUR_MS = 3_600_000;

/** The first question is answered; an hour later another one is asked, and is not. */
async function shownWhileAsking<Data>(
  answer: object,
  first: FetchQueryOptions<Data> & QueryObserverOptions<Data>,
  second: QueryObserverOptions<Data>,
): Promise<Data | undefined> {
  vi.useFakeTimers({ now: NOW_MS, toFake: ["Date"] });
  const fetches = vi.fn<() => Promise<Response>>().mockResolvedValueOnce(Response.json(answer));
  vi.stubGlobal("fetch", fetches.mockReturnValue(new Promise(() => undefined)));
  const queries = createQueryClient();
  await queries.fetchQuery(first);
  const observer = new QueryObserver(queries, first);
  const stop = observer.subscribe(() => undefined);
  vi.setSystemTime(NOW_MS + HOUR_MS);
  observer.setOptions(second);
  const { data, isFetching } = observer.getCurrentResult();
  stop();
  expect(isFetching).toBe(true);
  return data;
}

const DAY = { from: "now-1d", to: "now" };
const HOUR = { from: "now-1h", to: "now" };

const FILTER = { environment: "", operation: "", status: "" } as const;

test("the histogram keeps the axis that its bars were counted for", async () => {
  const shown = await shownWhileAsking(
    { bucketSeconds: 10, buckets: [] },
    logHistogramOptions("", HOUR),
    logHistogramOptions("", DAY),
  );
  expect(shown).toMatchObject({ range: { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS } });
});

test("the rates of a service are of the time until it was answered", async () => {
  const shown = await shownWhileAsking(
    { total: { requests: 1 }, operations: [] },
    serviceOptions("pay", HOUR, FILTER),
    serviceOptions("pay", DAY, FILTER),
  );
  expect(shown).toMatchObject({ atMs: NOW_MS });
});

test("that there was nothing is said of nothing else", async () => {
  const shown = await shownWhileAsking(
    { total: { requests: 0 }, operations: [] },
    serviceOptions("pay", HOUR, FILTER),
    serviceOptions("pay", DAY, FILTER),
  );
  expect(shown).toBeUndefined();
});
