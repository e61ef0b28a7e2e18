/** Pure: names of attributes, in the order in which they were pinned. */
export type Pins = readonly string[];

/** More are no longer "first". */
const PINS_MAX = 20;

/** @returns what of a stored text is a list of names; nothing when it is none */
export function readPins(stored: string): Pins {
  try {
    const parsed: unknown = JSON.parse(stored);
    if (!Array.isArray(parsed)) return [];
    const names = parsed.filter((name): name is string => typeof name === "string");
    return [...new Set(names)].slice(0, PINS_MAX);
  } catch {
    return [];
  }
}

/** @returns the pins with the name, or without it when it was there; the oldest goes when there are too many */
export function togglePin(pins: Pins, name: string): Pins {
  if (pins.includes(name)) return pins.filter((pin) => pin !== name);
  return [...pins, name].slice(-PINS_MAX);
}

export interface PinnedValue {
  readonly kind: "attribute" | "resource";
  readonly name: string;
  readonly value: string;
}

interface Described {
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
}

/** @returns what a span or a log says of the pinned names, the record's own value before that of its resource */
export function pinnedOf(pins: Pins, { attributes, resource }: Described): readonly PinnedValue[] {
  return pins.flatMap((name): readonly PinnedValue[] => {
    const own = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (own !== undefined) return [{ kind: "attribute", name, value: own }];
    const of = Object.hasOwn(resource, name) ? resource[name] : undefined;
    return of === undefined ? [] : [{ kind: "resource", name, value: of }];
  });
}
