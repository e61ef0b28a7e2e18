import { unixToMs } from "./time-range.ts";

/**
 * The moment a log line names, in the forms that servers write: ISO 8601 with a space or a comma, `2026/11/20`, Apache's
 * `20/Nov/2026:15:30:00 +0000`, syslog's `Nov 20 15:30:00`, klog's `E1120 15:30:00`, and unix digits in JSON.
 */
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = MONTHS.join("|");
const CLOCK = String.raw`(?<h>\d{1,2}):(?<m>\d{2})(?::(?<s>\d{2})(?:[.,](?<f>\d{1,9}))?)?`;
const ZONE = String.raw`(?:\s?(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?`;

const FORMS: readonly RegExp[] = [
  String.raw`(?<!\d)(?<year>\d{4})[-/](?<month>\d{2})[-/](?<day>\d{2})[T _]${CLOCK}${ZONE}`,
  String.raw`(?<!\d)(?<day>\d{1,2})[/ -](?<name>${MONTH})[a-z]*[/ -](?<year>\d{4})[: ,]+${CLOCK}${ZONE}`,
  String.raw`\b(?<name>${MONTH})[a-z]*\.? +(?<day>\d{1,2}),? +(?:(?<year>\d{4}),? +)?${CLOCK}${ZONE}`,
  String.raw`\b[IWEF](?<month>\d{2})(?<day>\d{2}) ${CLOCK}`,
].map((form) => new RegExp(form, "i"));

/** Digits that lie in this century, so that an order's number is not taken for a time. */
const UNIX = /(?<![\w.-])(\d{10}(?:\d{3}){0,3})(?:\.\d{1,9})?(?![\w-])/g;
const EARLIEST_MS = Date.UTC(2001, 8, 9);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** Clocks differ a little: what is so far ahead is of now. */
export const AHEAD_MAX_MS = 60_000;

/** A pasted text longer than this is not looked through to its end; the time stands at the front of a line. */
const SEARCHED_MAX_LENGTH = 4000;

/**
 * @param nowMs says the year where the line does not: the last time that the moment has passed
 * @returns milliseconds since 1970, of the first moment that is named
 */
export function findInstant(line: string, nowMs: number): number | undefined {
  const text = line.slice(0, SEARCHED_MAX_LENGTH);
  const found = FORMS.map((form) => form.exec(text))
    .filter((match) => match !== null)
    .toSorted((a, b) => a.index - b.index);
  for (const match of found) {
    const ms = toMs(match.groups ?? {}, nowMs);
    if (ms !== undefined) return ms;
  }
  for (const [, digits = ""] of text.matchAll(UNIX)) {
    const ms = unixToMs(digits);
    if (ms >= EARLIEST_MS && ms < LATEST_MS) return ms;
  }
  return undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;

function toMs(groups: Groups, nowMs: number): number | undefined {
  const name = groups["name"]?.slice(0, 3).toLowerCase();
  const month = name === undefined ? Number(groups["month"]) : MONTHS.indexOf(name) + 1;
  const [day, hour] = [Number(groups["day"]), Number(groups["h"])];
  const [minute, second] = [Number(groups["m"]), Number(groups["s"] ?? "0")];
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const fraction = Number((groups["f"] ?? "").padEnd(3, "0").slice(0, 3));
  const at = (year: number) => {
    const offset = zoneOffsetMs(groups["zone"]);
    if (offset === undefined)
      return new Date(year, month - 1, day, hour, minute, second, fraction).getTime();
    return Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offset;
  };
  if (groups["year"] !== undefined) return at(Number(groups["year"]));
  const year = new Date(nowMs).getFullYear();
  return at(year) <= nowMs + AHEAD_MAX_MS ? at(year) : at(year - 1);
}

/** @returns undefined for local time */
function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -1 : 1) * minutes * 60_000;
}
