/** Pure: times as ClickHouse writes them, on the clock of a zone. */

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?)?$/u;

/** @returns unix milliseconds of `2026-11-20 15:30:00.123` on the clock of the zone; undefined for anything else */
export function zonedToMs(text: string, zone: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? "0"));
  const fraction = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  if (zone === "UTC") return asUtc;
  const offset = offsetMs(asUtc, zone);
  if (offset === undefined) return asUtc;
  // The offset at that moment, which may lie on the other side of a change of the clock.
  return asUtc - (offsetMs(asUtc - offset, zone) ?? offset);
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) formats.set(zone, createFormat(zone));
  return formats.get(zone);
}

/** @returns undefined for a zone that the browser does not know */
function createFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
}

/** How far the clock of the zone is ahead of UTC. */
function offsetMs(ms: number, zone: string): number | undefined {
  const parts = formatOf(zone)?.formatToParts(ms);
  const name = parts?.find(({ type }) => type === "timeZoneName")?.value;
  const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/u.exec(name ?? "");
  if (match === null) return undefined;
  const minutes = Number(match[2] ?? "0") * 60 + Number(match[3] ?? "0");
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}
