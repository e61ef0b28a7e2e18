import { describe, expect, test } from "vitest";
import { blockOf, blockOrder, planFill } from "./plan.ts";
import { makeRoutes, meanPerTrace, ROUTES } from "./routes.ts";
import { makeServices } from "./services.ts";

const services = makeServices(1);
const routes = makeRoutes(services, 1);

describe("what a fill is made of", () => {
  test("there are sixty services and more than 1 500 operations, the same in every run of a seed", () => {
    expect(new Set(services.map(({ name }) => name)).size).toBe(60);
    const operations = new Set(
      routes.map(({ service, name, kind }) => `${service} ${name} ${kind}`),
    );
    expect(operations.size).toBeGreaterThan(1_500);
    expect(makeRoutes(makeServices(1), 1)).toEqual(routes);
    expect(makeRoutes(services, 2)).not.toEqual(routes);
  });

  test("every route is one tree of 3 to 60 spans, and a service calls only those below it", () => {
    const byRoute = Map.groupBy(routes, ({ route }) => route);
    expect(byRoute.size).toBe(ROUTES);
    for (const spans of byRoute.values()) {
      expect(spans.length).toBeGreaterThanOrEqual(3);
      expect(spans.length).toBeLessThanOrEqual(60);
      for (const [place, span] of spans.entries()) {
        expect(span.place).toBe(place);
        expect(span.parent).toBeLessThan(place);
        expect(span.parent === -1).toBe(place === 0);
        expect(span.failsWith).toContain(place);
        const parent = spans[span.parent];
        if (parent === undefined) continue;
        expect(span.startMicros).toBeGreaterThanOrEqual(parent.startMicros);
        expect(span.service).toBeGreaterThanOrEqual(parent.service);
      }
    }
  });
});

describe("the plan of a fill", () => {
  const plan = planFill(routes, { logs: 100_000_000, spans: 50_000_000 }, 250_000);

  test("holds as many spans and logs as were asked for", () => {
    const spans = plan.traces * meanPerTrace(routes, () => 1);
    const logs = plan.traces * plan.logsScale * meanPerTrace(routes, (span) => span.logs);
    expect(spans / 50e6).toBeCloseTo(1, 3);
    expect((logs + plan.loneLogs) / 100e6).toBeCloseTo(1, 3);
  });

  test("is cut into blocks that cover every number and every moment once", () => {
    const blocks = Array.from({ length: plan.blocks }, (_, block) => blockOf(plan, 0, block));
    expect(blockOrder(plan).toSorted((a, b) => a - b)).toEqual(blocks.map(({ block }) => block));
    expect(blocks[0]).toMatchObject({ traceFirst: 0, logFirst: 0 });
    expect(blocks.at(-1)).toMatchObject({
      traceEnd: plan.traces,
      logEnd: plan.loneLogs,
      endMicros: 0,
    });
    for (const [index, block] of blocks.slice(1).entries()) {
      const before = blocks[index];
      expect(block.traceFirst).toBe(before?.traceEnd);
      expect(block.logFirst).toBe(before?.logEnd);
      expect(block.startMicros).toBe(before?.endMicros);
      expect(block.lateFirst).toBeLessThanOrEqual(block.traceFirst);
    }
  });

  test("begins with the newest block, and has an earlier day's among every thirty", () => {
    const order = blockOrder(plan);
    expect(order[0]).toBe(plan.blocks - 1);
    const dayMicros = 86_400_000_000;
    const earlier = order
      .slice(0, 60)
      .filter((block) => blockOf(plan, 0, block).endMicros <= -dayMicros);
    expect(earlier.length).toBeGreaterThanOrEqual(2);
  });
});
