/**
 * Whether a version lies in a range as OpenTelemetry's instrumentations write them: `*`, `4`, `^1.2.0`,
 * `>=1.4.2 <4`, alternatives with `||`. Not all of npm's grammar, and a pre-release counts as its release.
 */
export function isInRange(version: string, range: string): boolean {
  return range.split("||").some((alternative) => {
    const comparators = alternative
      .trim()
      .replaceAll(/([<>=^~])\s+/g, "$1")
      .split(/\s+/);
    return comparators.every((comparator) => satisfies(parse(version), comparator));
  });
}

type Version = readonly [number, number, number];

function satisfies(version: Version, comparator: string): boolean {
  const match = /^(>=|<=|>|<|=|\^|~)?v?(.*)$/.exec(comparator);
  const text = match?.[2] ?? "";
  if (text === "" || text === "*" || text === "x") return true;
  const bound = parse(text);
  switch (match?.[1]) {
    case ">=":
      return compare(version, bound) >= 0;
    case ">":
      return compare(version, bound) > 0;
    case "<=":
      return compare(version, bound) <= 0;
    case "<":
      return compare(version, bound) < 0;
    case "^":
      return compare(version, bound) >= 0 && compare(version, afterCaret(bound)) < 0;
    case "~":
      return compare(version, bound) >= 0 && compare(version, [bound[0], bound[1] + 1, 0]) < 0;
    default:
      return text
        .split(".")
        .every((part, index) => part === "x" || Number(part) === version[index]);
  }
}

/** `^` keeps the first number that is not zero. */
function afterCaret([major, minor, patch]: Version): Version {
  if (major > 0) return [major + 1, 0, 0];
  return minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1];
}

function parse(text: string): Version {
  const release = /^[^-+]*/.exec(text)?.[0] ?? "";
  const [major = 0, minor = 0, patch = 0] = release
    .split(".")
    .map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
}

function compare(left: Version, right: Version): number {
  for (const index of [0, 1, 2] as const) {
    if (left[index] !== right[index]) return left[index] - right[index];
  }
  return 0;
}
