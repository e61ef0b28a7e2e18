import { assignServiceColors } from "../../../lib/service-color.ts";
import {
  formatExact,
  formatMoment,
  formatUtc,
  formatDuration,
  plural,
} from "../../../lib/format.ts";
import { toOneLine } from "../../../lib/visible-text.ts";
import { clickRow } from "../../click-row.ts";
import { ALL_OPEN, allClosed } from "../../levels.ts";
import { rootWords } from "../../root-words.ts";
import { scaleTicks, toFraction } from "../../time-scale.ts";
import { traceKeys } from "../../trace-keys.ts";
import type { TraceModel } from "../../trace-model.ts";
import { NODE_ITSELF, nextPlace, placeAt } from "../../trace-rows.ts";
import type { SavedTrace } from "../saved-trace.ts";
import { at, button, h, oneLine } from "./dom.ts";
import { createMinimap } from "./minimap.ts";
import { drawPanel } from "./panel.ts";
import { drawRow, ROW_PX, type RowContext } from "./rows.ts";
import { ViewState } from "./view-state.ts";

const HEAD_PX = 28;
const OVERSCAN = 8;
const TICKS_MAX = 7;

/** Fills the page, and keeps it up to date with what the reader does. */
export function showTrace(index: TraceModel, saved: SavedTrace): void {
  const colors = assignServiceColors(index.services.map(({ name }) => name));
  const rows = h("div", { role: "rowgroup", class: "rows" });
  const ruler = h("div", { role: "row", class: "row head", "aria-rowindex": "1" });
  const grid = h(
    "div",
    { class: "grid", role: "treegrid", tabindex: "0", "aria-label": "Spans and logs of the trace" },
    ruler,
    rows,
  );
  const split = h("div", { class: "split" }, grid);
  const minimap = createMinimap(index, colors, (scale) => view.state.setScale(scale));
  const tools = createTools(() => view, minimap.paint);
  const footer = h("footer", {});
  document.body.append(
    header(index, saved, colors),
    tools.element,
    minimap.element,
    h("main", {}, split),
    footer,
  );

  let panel: HTMLElement | undefined;
  let shownCursor = "";
  const context = (): RowContext => ({ index, state: view.state, colors });
  const drawRows = () => {
    const { state } = view;
    const first = Math.max(0, Math.floor(grid.scrollTop / ROW_PX) - OVERSCAN);
    const count = Math.ceil(grid.clientHeight / ROW_PX) + 2 * OVERSCAN;
    const shown: HTMLElement[] = [];
    for (let row = first; row < Math.min(state.rows.length, first + count); row++) {
      const place = placeAt(state.rows, row);
      if (place !== undefined) shown.push(drawRow(context(), place, row));
    }
    rows.replaceChildren(...shown);
  };
  const draw = () => {
    const { state } = view;
    const { cursor } = state;
    rows.style.height = `${state.rows.length * ROW_PX}px`;
    grid.setAttribute("aria-rowcount", String(state.rows.length + 1));
    const name = cursor === undefined ? "" : `${cursor.node}/${cursor.item}`;
    if (name !== shownCursor) scrollTo(grid, state.cursorRow);
    drawRuler(ruler, state.scale);
    minimap.show(state.scale);
    drawRows();
    if (state.cursorRow < 0) grid.removeAttribute("aria-activedescendant");
    else grid.setAttribute("aria-activedescendant", `row-${state.cursorRow}`);
    const wanted = state.isOpen ? name : "";
    if (wanted !== (panel?.dataset["place"] ?? "")) {
      panel?.remove();
      panel = undefined;
      if (cursor !== undefined && wanted !== "") {
        panel = drawPanel(context(), cursor, state.close);
        panel.dataset["place"] = wanted;
        split.append(panel);
      }
    }
    shownCursor = name;
    tools.update(view);
    footer.textContent = footerText(saved, state.rows.length);
  };
  const view = new ViewState(index, draw);
  grid.addEventListener("scroll", drawRows, { passive: true });
  grid.addEventListener("click", (event) => clickRow(event, index, view.state));
  new ResizeObserver(drawRows).observe(grid);
  listenToKeys(view, grid, tools.find);
  draw();
}

function header(
  index: TraceModel,
  { address, trace }: SavedTrace,
  colors: RowContext["colors"],
): HTMLElement {
  const { service, name } = rootWords(index);
  const { blame } = index.insight;
  const started = formatMoment(index.traceStart);
  const facts = [
    h("b", {}, formatDuration(index.totalNs)),
    h(
      "span",
      { title: formatUtc(index.traceStart) },
      `${started.date} ${started.clock}${started.fraction}`,
    ),
    h("span", {}, plural(trace.spans.length, "span")),
    h("span", {}, plural(index.logCount, "log")),
    index.errorCount > 0
      ? h("span", { class: "failure" }, plural(index.errorCount, "error"))
      : undefined,
    h("code", {}, index.traceId),
  ];
  const services = index.services.map((each) => {
    const chip = h(
      "span",
      { class: "chip" },
      h("i", { "aria-hidden": "true" }),
      oneLine(each.name),
    );
    chip.style.setProperty("--color", `var(--svc-${colors.get(each.name)?.index ?? "none"})`);
    return chip;
  });
  const isLink = /^https?:\/\//.test(address);
  return h(
    "header",
    {},
    h("h1", {}, h("span", { class: "muted" }, oneLine(service)), " ", oneLine(name)),
    h("p", { class: "facts" }, ...facts, ...services),
    trace.meta.complete
      ? undefined
      : h("p", { class: "warn" }, oneLine(`Cut: ${trace.meta.reason ?? "not all of it was read"}`)),
    blame === undefined
      ? undefined
      : h(
          "p",
          { class: "blame" },
          `${blame.failedRequest ? "failed in " : "error in "}`,
          h("b", {}, oneLine(blame.service)),
          ": ",
          oneLine(toOneLine(blame.reason, 200)),
        ),
    isLink
      ? h(
          "p",
          { class: "from" },
          "Saved from ",
          h("a", { href: address, rel: "noreferrer" }, oneLine(address)),
        )
      : undefined,
  );
}

function footerText({ savedAtMs, trace }: SavedTrace, rows: number): string {
  const saved = new Date(savedAtMs).toISOString().replace("T", " ").slice(0, 19);
  const whole = trace.meta.complete ? "complete as it was stored then" : "cut";
  return `${formatExact(rows)} rows · saved ${saved} UTC · ${whole} · keys: j k ← → Enter Esc, e error, f find, n next, l logs, c path, x X`;
}

interface Tools {
  readonly element: HTMLElement;
  readonly find: HTMLInputElement;
  readonly update: (view: ViewState) => void;
}

function createTools(view: () => ViewState, onTheme: () => void): Tools {
  const find = document.createElement("input");
  find.type = "search";
  find.placeholder = "Find in trace";
  find.setAttribute("aria-label", "Find in trace");
  const count = h("output", {});
  find.addEventListener("input", () => view().state.setFind(find.value));
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape") find.blur();
    if (event.key !== "Enter") return;
    const { matches, cursor, select } = view().state;
    const place = nextPlace(matches, cursor, event.shiftKey ? -1 : 1);
    if (place !== undefined) select(place);
  });
  const logs = button("Logs", () => view().state.setShowItems(!view().state.showItems), {
    title: "Logs and events inside the tree (l)",
  });
  const path = button("Critical path", () => view().state.setShowPath(!view().state.showPath), {
    title: "What the request waited for (c)",
  });
  const element = h(
    "section",
    { class: "tools", "aria-label": "Trace tools" },
    find,
    count,
    logs,
    path,
    button("Open all", () => view().state.setFolding(ALL_OPEN), { title: "Open all branches (x)" }),
    button("Close all", () => view().state.setFolding(allClosed(view().index)), {
      title: "Close all branches (X)",
    }),
    button("Theme", () => changeTheme(onTheme), { class: "theme", title: "Light or dark" }),
  );
  return {
    element,
    find,
    update: ({ state }) => {
      logs.setAttribute("aria-pressed", String(state.showItems));
      path.setAttribute("aria-pressed", String(state.showPath));
      count.textContent =
        state.find === "" ? "" : plural(state.matches.length, "match").replace("matchs", "matches");
    },
  };
}

function changeTheme(onTheme: () => void): void {
  const root = document.documentElement;
  const isDark =
    root.dataset["theme"] === undefined
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : root.dataset["theme"] === "dark";
  root.dataset["theme"] = isDark ? "light" : "dark";
  onTheme();
}

function drawRuler(ruler: HTMLElement, scale: RowContext["state"]["scale"]): void {
  const ticks = scaleTicks(scale, TICKS_MAX).map((ns) =>
    at(h("span", { class: "tick" }, ns === 0 ? "0" : formatDuration(ns)), toFraction(scale, ns)),
  );
  ruler.replaceChildren(
    h("span", { role: "columnheader", class: "name" }, "Span"),
    h("span", { role: "columnheader", class: "number" }, "Duration"),
    h(
      "span",
      { role: "columnheader", class: "line", "aria-label": "Time since the trace's start" },
      ...ticks,
    ),
  );
}

function scrollTo(grid: HTMLElement, row: number): void {
  if (row < 0) return;
  const space = grid.clientHeight - HEAD_PX;
  const top = row * ROW_PX;
  const isSeen = top >= grid.scrollTop && top + ROW_PX <= grid.scrollTop + space;
  if (!isSeen) grid.scrollTop = top - space / 2;
}

function listenToKeys(view: ViewState, grid: HTMLElement, find: HTMLInputElement): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === find) return;
    const inside = event.target instanceof Element ? event.target : grid;
    const isControl = inside.closest("button, a") !== null && /^(Enter| )$/.test(event.key);
    const scrolls = inside.closest(".panel-body") !== null && event.key.startsWith("Arrow");
    if (isControl || scrolls) return;
    const page = Math.max(1, Math.floor((grid.clientHeight - HEAD_PX) / ROW_PX));
    const keys: Readonly<Record<string, () => void>> = {
      ...traceKeys(view.index, view.state, page),
      f: () => find.focus(),
      "/": () => find.focus(),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    if (view.state.cursor === undefined && event.key === "Enter")
      view.state.select({ node: 0, item: NODE_ITSELF });
    else act();
  });
}
