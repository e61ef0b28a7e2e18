/** The recipe for browsers: a page in real Chromium, another origin than the collector, and the server that it asks. */
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium } from "../browser.ts";
import { drawRequests } from "../stored-requests.ts";
import { portOf, prepare, type Rig } from "./rig.ts";

export function describeBrowserPage(rig: Rig): void {
  const missing = chromiumPath === undefined ? " (skipped: needs chromium)" : "";
  describe.skipIf(missing !== "")(`a page in Chromium${missing}`, () => {
    let page: string;
    beforeAll(() => {
      page = prepare("browser").browser;
    });

    test("its fetch and the server behind it are one trace", async () => {
      const server = rig.start("page-server.mjs", { environment: { TEST_PAGE: page } });
      const port = await portOf(server);
      const browser = await launchChromium();
      try {
        const tab = await browser.newPage();
        const collector = encodeURIComponent(rig.product.otlpHttpUrl);
        await tab.goto(`http://127.0.0.1:${port}/?collector=${collector}`);
        await tab.waitForFunction("globalThis.shopTraceId !== undefined");
        const traceId: unknown = await tab.evaluate("globalThis.shopTraceId");
        const fromPage = await rig.stored("shop-browser", 2, 0);
        const fromServer = await rig.stored("page-server.mjs", 3, 1);
        const spans = [...fromPage.spans, ...fromServer.spans].filter(
          ({ TraceId }) => TraceId === traceId,
        );
        expect(drawRequests({ spans, logs: fromServer.logs })).toBe(
          `
Internal load orders
  Client GET
    Server GET
      - info listing orders`.trim(),
        );
      } finally {
        await browser.close();
      }
    });
  });
}
