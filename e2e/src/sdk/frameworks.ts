/** Frameworks, on this Node and on the oldest that the SDK supports. */
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { freePorts, until } from "../product.ts";
import { drawRequests, type StoredRequests } from "../stored-requests.ts";
import { prepare, type Application, type Rig } from "./rig.ts";

const EXPRESS = `
Client GET
  Server GET /orders/:id
    Internal middleware - authenticate
      - info authenticated
    Internal request handler
      - info handling order
      - info stock says 3
      Client GET
        Server GET /stock/:id
          Internal middleware - authenticate
            - info authenticated
          Internal request handler
Client GET failed
  Server GET /broken failed
    - error answered 500
    Internal middleware - authenticate
      - info authenticated
    Internal request handler failed`;

const KOA = `
Client GET
  Server GET /orders/:id
    Internal middleware - authenticate
      - info authenticated
      Internal router - /orders/:id
        - info handling order
        - info stock says 3
        Client GET
          Server GET /stock/:id
            Internal middleware - authenticate
              - info authenticated
              Internal router - /stock/:id
Client GET failed
  Server GET /broken failed
    - error answered 500
    Internal middleware - authenticate
      - info authenticated
      Internal router - /broken`;

const FASTIFY = `
Client GET
  Server GET /orders/:id
    - info incoming request
    - info authenticated
    - info handling order
    - info stock says 3
    - info request completed
    Client GET
      Server GET /stock/:id
        - info incoming request
        - info authenticated
        - info request completed
Client GET failed
  Server GET /broken failed
    - info incoming request
    - info authenticated
    - error no such page
    - info request completed
- info Server listening at http://HOST`;

const UNDICI = `
Client GET
  Server GET
    - info handling order
    - info stock says 3
    Client GET
      Server GET
        - info looking up stock`;

const NEST = `
Client GET
  Server GET /orders/:id
    Internal middleware - <anonymous>
    Internal middleware - jsonParser
    Internal middleware - urlencodedParser
    Internal request handler
      - info handling order`;

/** What is drawn has a span on every line that is not a log record's. */
function countsOf(drawing: string): readonly [spans: number, logs: number] {
  const lines = drawing.trim().split("\n");
  const logs = lines.filter((line) => line.trim().startsWith("- ")).length;
  return [lines.length - logs, logs];
}

async function expectStored(rig: Rig, application: Application, drawing: string): Promise<void> {
  const found = await rig.storedOf(application, ...countsOf(drawing));
  expect(drawRequests(found)).toBe(drawing.trim());
}

/** Log lines that follow one another, by text: pino's have milliseconds, and fastify writes several in one. */
function sortedLines(drawing: string): string {
  return drawing.replaceAll(/(?:^ *- .*\n?)+/gm, (block) =>
    block.trimEnd().split("\n").toSorted().concat("").join("\n"),
  );
}

export function describeFrameworks(rig: Rig): void {
  describe.concurrent("frameworks, installed from npm when first wanted", () => {
    let paths: Readonly<Record<"frameworks" | "22", string>>;
    beforeAll(() => {
      paths = prepare("frameworks", "22");
    });
    const file = (name: string): string => path.join(paths.frameworks, name);

    test.each([
      ["express", EXPRESS],
      ["koa", KOA],
      ["http", UNDICI],
      ["nest", NEST],
    ] as const)("%s, CommonJS and ESM", async (name, drawing) => {
      for (const kind of ["mjs", "cjs"]) {
        const application = rig.start(file(`${name}.${kind}`), { service: `${name}-app.${kind}` });
        await expectStored(rig, application, drawing);
      }
    });

    test("fastify, CommonJS and ESM", async () => {
      for (const kind of ["mjs", "cjs"]) {
        const application = rig.start(file(`fastify.${kind}`), { service: `fastify-app.${kind}` });
        const found = await rig.storedOf(application, ...countsOf(FASTIFY));
        const drawn = drawRequests(found).replace(/127\.0\.0\.1:\d+/, "HOST");
        expect(sortedLines(drawn)).toBe(sortedLines(FASTIFY.trim()));
      }
    });

    test.each([
      ["express.cjs", EXPRESS],
      ["koa.mjs", KOA],
    ])("%s on Node 22", async (name, drawing) => {
      const application = rig.start(file(name), { service: `${name} on 22`, node: paths["22"] });
      await expectStored(rig, application, drawing);
      const { spans } = await rig.stored(application.service, 1, 1);
      expect(spans[0]?.ResourceAttributes["process.runtime.version"]).toMatch(/^22\./);
    });
  });

  describe("Next.js, built when first wanted", () => {
    let server: string;
    beforeAll(() => {
      server = prepare("next").next;
    });

    test("a standalone build: the page, its fetch, the route handler behind it, the lines of both", async () => {
      const [port] = await freePorts(1);
      const application = rig.start(server, {
        service: "next",
        environment: { HOSTNAME: "127.0.0.1", PORT: String(port) },
      });
      await until(() => application.output().includes("Ready"), "Next.js", application.output);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).toContain("<p>[]</p>");
      let found: StoredRequests = { spans: [], logs: [] };
      // Next.js also says that it starts, before any request.
      const ofRequests = (): StoredRequests["logs"] =>
        found.logs.filter((line) => line.TraceId !== "");
      const servers = (): number => found.spans.filter((span) => span.SpanKind === "Server").length;
      await until(
        async () => {
          found = await rig.stored("next", 4, 2);
          return ofRequests().length >= 2 && servers() >= 2;
        },
        "the page's and the route handler's spans and lines",
        () => drawRequests(found),
      );
      // Not before: what is on its way when Next.js exits is sent again.
      application.child.kill("SIGTERM");
      const [{ TraceId } = { TraceId: "" }] = ofRequests();
      expect(ofRequests().map((line) => [line.Body, line.TraceId])).toEqual([
        ["rendering the page", TraceId],
        ["listing orders", TraceId],
      ]);
      const ofRequest = found.spans.filter((span) => span.TraceId === TraceId);
      for (const { SpanId } of ofRequests())
        expect(ofRequest.map((span) => span.SpanId)).toContain(SpanId);
      // Next's own spans in between change with its versions; the outline does not.
      const names = ofRequest.map(({ SpanKind, SpanName }) => `${SpanKind} ${SpanName}`);
      expect(names).toEqual(expect.arrayContaining(["Server GET /", "Server GET /orders"]));
    });
  });
}
