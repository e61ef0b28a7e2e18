import type { Page } from "playwright-core";
import { NAMED } from "./fixture-traces.ts";

interface View {
  readonly name: string;
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}

/** More states of one trace. */
export const TRACE_VIEWS: readonly View[] = [
  { name: "trace-chatty", path: `/trace/${NAMED.chatty}` },
  {
    name: "trace-chatty-open",
    path: `/trace/${NAMED.chatty}`,
    act: (page) => page.getByTestId("lines-row").first().click(),
  },
];
