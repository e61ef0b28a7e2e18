import { sortAttributes } from "../../../lib/attributes.ts";
import { formatDuration, formatUtc } from "../../../lib/format.ts";
import {
  beginningOf,
  copyWords,
  moreWords,
  OPEN_CHARS_MAX,
  SHOWN_CHARS,
} from "../../../lib/long-text.ts";
import { parseNanos } from "../../../lib/nanos.ts";
import { toSeverity } from "../../../lib/severity.ts";
import { copyText } from "../../../ui/copy-text.ts";
import type { SpanNode, TraceItem } from "../../trace-index.ts";
import { groupOf, runOf, SIMILAR_GROUP, type Place } from "../../trace-rows.ts";
import { button, h, oneLine, visible } from "./dom.ts";
import { badge, shareOfTrace, sinceStart, type RowContext } from "./rows.ts";

type Attributes = Readonly<Record<string, string>>;
type Log = Extract<TraceItem, { kind: "log" }>["log"];

/** Everything that is known of the selected row. */
export function drawPanel(context: RowContext, place: Place, onClose: () => void): HTMLElement {
  const { title, sections } = contentOf(context, place);
  return h(
    "aside",
    { class: "panel", "aria-label": "Details" },
    h(
      "div",
      { class: "panel-head" },
      h("h2", {}, ...title),
      button("Close", onClose, { title: "Close details (Esc)" }),
    ),
    h(
      "div",
      { class: "panel-body", tabindex: "0", role: "group", "aria-label": "Details, content" },
      ...sections,
    ),
  );
}

interface Content {
  readonly title: readonly (Node | string)[];
  readonly sections: readonly (Node | undefined)[];
}

function contentOf(context: RowContext, place: Place): Content {
  const { index } = context;
  const node = index.nodes[place.node];
  const item = node?.items[place.item];
  const run = runOf(index, place);
  const group = place.item === SIMILAR_GROUP ? groupOf(index, place.node) : undefined;
  if (run !== undefined)
    return { title: [`${run.end - run.first} similar logs`], sections: [longText(run.template)] };
  if (group !== undefined)
    return {
      title: [`${group.members.length} similar spans`],
      sections: [
        pairs([
          ["median", formatDuration(group.p50Ns)],
          ["longest", formatDuration(group.maxNs)],
          ["together", formatDuration(group.totalNs)],
        ]),
      ],
    };
  if (item?.kind === "log") return logContent(item.log, item.atNs);
  if (item?.kind === "event")
    return {
      title: [oneLine(item.event.name)],
      sections: [
        pairs([["since the trace's start", formatDuration(item.atNs)]]),
        ...attributes("Attributes", item.event.attributes),
      ],
    };
  if (node?.kind === "span") return spanContent(context, node, place.node);
  return {
    title: [node?.kind === "missing" ? "Parent span is not stored" : "Logs without a stored span"],
    sections: [],
  };
}

function spanContent({ index }: RowContext, node: SpanNode, at: number): Content {
  const { span } = node;
  const exception = span.events.find(({ name }) => name === "exception")?.attributes;
  const reason = exception?.["exception.message"] ?? span.status.message;
  return {
    title: [oneLine(`${span.serviceName} ${span.name}`)],
    sections: [
      reason === "" ? undefined : h("div", { class: "reason" }, longText(reason)),
      pairs([
        ["duration", `${formatDuration(index.durationNs[at] ?? 0)}, ${shareOfTrace(index, at)}`],
        ["own time", formatDuration(index.insight.own.selfNs[at] ?? 0)],
        ["started", formatUtc(parseNanos(span.startTimeUnixNano))],
        ["since the trace's start", sinceStart(index.startNs[at] ?? 0)],
        ["kind", span.kind],
        ["status", span.status.code],
        ["span id", span.spanId],
        ["parent id", span.parentSpanId === "" ? "none" : span.parentSpanId],
        ["scope", `${span.scopeName} ${span.scopeVersion}`.trim()],
        ...(node.salvaged === undefined ? [] : [["note", node.salvaged] as const]),
      ]),
      ...attributes("Attributes", span.attributes),
      ...span.events.flatMap((event) => attributes(`Event ${event.name}`, event.attributes)),
      ...span.links.flatMap((link) =>
        attributes("Link", {
          "trace id": link.traceId,
          "span id": link.spanId,
          ...link.attributes,
        }),
      ),
      ...attributes("Resource", span.resource),
    ],
  };
}

function logContent(log: Log, atNs: number): Content {
  const severity = toSeverity(log.severityNumber, log.severityText);
  return {
    title: [badge(severity), " ", oneLine(log.serviceName)],
    sections: [
      longText(log.body),
      pairs([
        ["time", formatUtc(parseNanos(log.timeUnixNano))],
        ["since the trace's start", sinceStart(atNs)],
        [
          "severity",
          `${log.severityText === "" ? severity : log.severityText} (${log.severityNumber})`,
        ],
        ["span id", log.spanId === "" ? "none" : log.spanId],
        ["scope", log.scopeName === "" ? "none" : log.scopeName],
      ]),
      ...attributes("Attributes", log.attributes),
      ...attributes("Resource", log.resource),
    ],
  };
}

function attributes(title: string, of: Attributes): readonly Node[] {
  const sorted = sortAttributes(of);
  if (sorted.length === 0) return [];
  return [h("h3", {}, oneLine(title)), pairs(sorted)];
}

function pairs(of: readonly (readonly [name: string, value: string])[]): HTMLElement {
  return h(
    "dl",
    {},
    ...of.map(([name, value]) =>
      h("div", { class: "pair" }, h("dt", {}, visible(name)), h("dd", {}, longText(value))),
    ),
  );
}

/** Its beginning, more of it when asked for, and all of it to copy where that is too long for a page. */
function longText(text: string): HTMLElement {
  if (text === "") return h("span", { class: "none" }, "empty");
  if (text.length <= SHOWN_CHARS) return h("span", { class: "value" }, visible(text));
  const value = h("span", { class: "value" }, visible(beginningOf(text, SHOWN_CHARS)));
  const more = button(moreWords(text), () => {
    value.replaceChildren(visible(beginningOf(text, OPEN_CHARS_MAX)));
    more.remove();
  });
  const copy = button(copyWords(text), () => {
    void copyText(text).then((isCopied) => {
      if (isCopied) copy.textContent = "Copied";
    });
  });
  const ways = text.length > OPEN_CHARS_MAX ? [more, " ", copy] : [more];
  return h("span", {}, value, ...ways);
}
