/** What opening and reading a trace may take: the budgets of the web UI. */

/** The figures of one round; milliseconds unless the name says otherwise. */
export interface Figures {
  readonly firstPaintMs: number;
  readonly firstRowMs: number;
  /** The longest task of the page from its start until its logs are there. */
  readonly longestTaskMs: number;
  readonly expandAllMs: number;
  readonly collapseAllMs: number;
  readonly jumpMs: number;
  readonly scrollP95Ms: number;
  readonly selectMs: number;
  readonly zoomMs: number;
  /** The logs of every span put in, everything open. */
  readonly logsMs: number;
  readonly heapMB: number;
  readonly domNodes: number;
}

type Budgets = Readonly<Record<keyof Figures, number>>;

/** A trace to look at; its spans are made by the statements beside this file. */
export interface TraceCase {
  readonly name: string;
  readonly traceId: string;
  readonly spans: number;
  readonly fanOut: number;
  readonly budgets: Budgets;
}

const LARGE: Budgets = {
  firstPaintMs: 300,
  firstRowMs: 1000,
  longestTaskMs: 100,
  expandAllMs: 250,
  collapseAllMs: 150,
  jumpMs: 150,
  scrollP95Ms: 40,
  selectMs: 100,
  zoomMs: 50,
  logsMs: 150,
  heapMB: 60,
  domNodes: 1500,
};

export const TRACE_CASES: readonly TraceCase[] = [
  {
    name: "1 000 spans",
    traceId: "b0000000000000000000000000001000",
    spans: 1000,
    fanOut: 8,
    budgets: { ...LARGE, firstRowMs: 800 },
  },
  {
    name: "50 000 spans",
    traceId: "b0000000000000000000000000050000",
    spans: 50_000,
    fanOut: 8,
    budgets: LARGE,
  },
  {
    name: "chain of 5 000",
    traceId: "b0000000000000000000000000005000",
    spans: 5000,
    fanOut: 1,
    budgets: LARGE,
  },
  {
    name: "200 000 spans",
    traceId: "b0000000000000000000000000200000",
    spans: 200_000,
    fanOut: 8,
    // What is said of 200,000 spans is how soon they show and how many nodes they take; the rest is measured with it.
    budgets: { ...LARGE, firstRowMs: 2000 },
  },
];

/** Gzip, thousands of bytes. */
export const SIZE_BUDGETS = { entryJs: 130, entryCss: 15, chunk: 80, sqlChunk: 170 };
