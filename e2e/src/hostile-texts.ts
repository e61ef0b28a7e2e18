/**
 * What a stranger may write into telemetry, and OTLP requests full of it: every text that a record has is each of these
 * once, and some are as long as the collector takes.
 */

/** What every script here does when it runs. */
const OWN = "window.owned=true";

const codes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => String.fromCharCode(from + i)).join("");

export const HOSTILE = {
  image: `<img src=x onerror="${OWN}">`,
  script: `</script><script>${OWN}</script>`,
  svg: `"'><svg onload="${OWN}">`,
  frame: `<iframe src="javascript:top.${OWN}"></iframe>`,
  link: `javascript:${OWN}`,
  page: `data:text/html,<script>${OWN}</script>`,
  template: `{{constructor.constructor('${OWN}')()}} \${${OWN}} [x](javascript:${OWN})`,
  colours: "\u001b[31mred\u001b[0m \u001b[1;38;5;196mbold\u001b[0m \u009b32mgreen",
  terminal:
    "\u001b]8;;https://owned.invalid/\u0007link\u001b]8;;\u0007 \u001b]0;owned\u0007\u001b[2J",
  reversed: "user \u202enimda\u202c \u2066in \u2067rtl\u2069\u2069 \u200fend",
  hebrew: "שלום עולם (5 ms) مرحبا",
  hidden: "pay\u200bpal \u2060\ufeffso\u00adft",
  controls: `nul \u0000 bell \u0007 ${codes(1, 32)}${codes(127, 160)} end`,
  lines: "one\r\n2026-01-01 ERROR forged\nthree\u2028four\u0085five",
  halves: "half \ud83d a pair \ude00",
  tall: `Z${"\u0353\u0302\u033f".repeat(40)}algo`,
} as const;

export const TEXTS: readonly string[] = Object.values(HOSTILE);

/** As long as a text of a record may be. */
const LONGEST_BYTES = 1_048_576;

function long(piece: string): string {
  const bytes = Buffer.byteLength(piece);
  const whole = piece.repeat(Math.floor(LONGEST_BYTES / bytes));
  return whole + "x".repeat(LONGEST_BYTES - Buffer.byteLength(whole));
}

export const LONG = {
  words: long(`${HOSTILE.image} `),
  /** Every character of it is one that cannot be seen. */
  hidden: long("\u0007"),
  mixed: long(`\u202e${HOSTILE.script}\u001b[31m\n`),
} as const;

export const SERVICES = {
  caller: `\u202epohs\u202c ${HOSTILE.image}`,
  callee: `\u001b[31mpay ${HOSTILE.svg} / % ? #`,
} as const;

export const ENVIRONMENT = `prod \u202e<b onclick="${OWN}">`;

/** What all short spans have, and nothing else has: it differs. */
const COMMON = { key: `app ${HOSTILE.svg} \u202e`, value: `${HOSTILE.image} \u001b[31m` };

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

export function attribute(key: string, value: string): KeyValue {
  return { key, value: { stringValue: value } };
}

export interface SentTrace {
  readonly traceId: string;
  /** Unix milliseconds of its root's start. */
  readonly startMs: number;
  /** In every record of it, to find it by. */
  readonly mark: string;
  /** Whether some of its texts are as long as they may be. */
  readonly isLong: boolean;
}

/** The id of the span that has the text of this number everywhere. */
export function idOf(number: number): string {
  return (number + 1).toString(16).padStart(16, "0");
}

const ROOT = "00000000000000f0";
const SERVER = "00000000000000f1";
/** Its attributes are as long as they may be. */
export const LONG_SPAN = "00000000000000f2";
/** So is its name. */
export const LONG_NAME_SPAN = "00000000000000f3";

function resourceOf(service: string, text: string) {
  return {
    attributes: [
      attribute("service.name", service),
      attribute("service.version", HOSTILE.reversed),
      attribute("host.name", `host of ${service}`),
      attribute("deployment.environment.name", ENVIRONMENT),
      attribute(text, text),
    ],
  };
}

function spansOf({ traceId, startMs, mark, isLong }: SentTrace) {
  const times = (fromMs: number, toMs: number) => ({
    startTimeUnixNano: `${startMs + fromMs}000000`,
    endTimeUnixNano: `${startMs + toMs}000000`,
  });
  const failed = { code: 2, message: HOSTILE.image };
  const exception = (text: string) => ({
    name: "exception",
    timeUnixNano: `${startMs + 30}000000`,
    attributes: [
      attribute("exception.type", text),
      attribute("exception.message", text),
      attribute("exception.stacktrace", `${text}\n    at ${text}`),
    ],
  });
  const each = TEXTS.map((text, i) => ({
    traceId,
    spanId: idOf(i),
    parentSpanId: SERVER,
    name: text,
    kind: 1,
    ...times(20 + i * 10, 60 + i * 10),
    traceState: `vendor=${i}`,
    attributes: [
      attribute(text, text),
      attribute("mark", mark),
      attribute("url.full", text),
      attribute(COMMON.key, COMMON.value),
    ],
    events: [
      { name: text, timeUnixNano: `${startMs + 25}000000`, attributes: [attribute(text, text)] },
      ...(i % 4 === 0 ? [exception(text)] : []),
    ],
    links: [
      { traceId: "ab".repeat(16), spanId: "cd".repeat(8), attributes: [attribute(text, text)] },
    ],
    ...(i % 4 === 0 ? { status: { code: 2, message: text } } : {}),
  }));
  const long = {
    traceId,
    spanId: LONG_SPAN,
    parentSpanId: SERVER,
    name: "long values",
    kind: 1,
    ...times(300, 390),
    attributes: [attribute("long.words", LONG.words), attribute("long.hidden", LONG.hidden)],
    events: [
      {
        name: "exception",
        timeUnixNano: `${startMs + 30}000000`,
        attributes: [
          attribute("exception.message", LONG.mixed),
          attribute("exception.stacktrace", LONG.words),
        ],
      },
    ],
    status: { code: 2, message: HOSTILE.image },
  };
  const named = {
    traceId,
    spanId: LONG_NAME_SPAN,
    parentSpanId: SERVER,
    name: LONG.mixed,
    kind: 1,
    ...times(200, 290),
  };
  const root = {
    traceId,
    spanId: ROOT,
    parentSpanId: "",
    name: `GET ${HOSTILE.script} ${HOSTILE.reversed}`,
    kind: 3,
    ...times(0, 500),
    attributes: [attribute("peer.service", SERVICES.callee), attribute("mark", mark)],
    status: failed,
  };
  const server = {
    traceId,
    spanId: SERVER,
    parentSpanId: ROOT,
    name: `POST ${HOSTILE.svg}`,
    kind: 2,
    ...times(10, 480),
    attributes: [attribute("mark", mark)],
    events: [exception(HOSTILE.colours)],
    status: failed,
  };
  return { caller: [root], callee: [server, ...each, ...(isLong ? [long, named] : [])] };
}

/** @returns the body of an export request of traces */
export function hostileSpans(sent: SentTrace): unknown {
  const spans = spansOf(sent);
  return {
    resourceSpans: [
      { service: SERVICES.caller, of: spans.caller },
      { service: SERVICES.callee, of: spans.callee },
    ].map(({ service, of }) => ({
      resource: resourceOf(service, HOSTILE.image),
      scopeSpans: [{ scope: { name: HOSTILE.svg, version: HOSTILE.colours }, spans: of }],
    })),
  };
}

/** @returns the body of an export request of logs: one under each span, the long ones under theirs */
export function hostileLogs({ traceId, startMs, mark, isLong }: SentTrace): unknown {
  const record = (i: number, spanId: string, body: string) => ({
    traceId,
    spanId,
    timeUnixNano: `${startMs + 25 + i * 10}000000`,
    severityNumber: 5 + ((i * 4) % 16),
    severityText: TEXTS[i] ?? "INFO",
    eventName: body.length > 1000 ? "long" : body,
    body: { stringValue: body },
    attributes: [attribute("mark", mark)],
  });
  const each = TEXTS.map((text, i) => {
    const log = record(i, idOf(i), text);
    return { ...log, attributes: [...log.attributes, attribute(text, text)] };
  });
  const words = record(TEXTS.length, LONG_SPAN, LONG.words);
  const mixed = record(TEXTS.length + 1, LONG_SPAN, LONG.mixed);
  const long = [{ ...words, attributes: [attribute("long.words", LONG.words)] }, mixed];
  return {
    resourceLogs: [
      {
        resource: resourceOf(SERVICES.callee, HOSTILE.image),
        scopeLogs: [
          {
            scope: { name: HOSTILE.svg },
            logRecords: isLong ? [...each, ...long] : each,
          },
        ],
      },
    ],
  };
}
