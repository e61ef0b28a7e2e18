/** Colours by meaning. Without colours every paint gives its text back. */
import { styleText } from "node:util";
import type { SeverityBand } from "./severity.ts";

type Style = Parameters<typeof styleText>[0];

export interface Palette {
  readonly title: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly failed: (text: string) => string;
  readonly severity: (band: SeverityBand, text: string) => string;
  /** The same name has the same colour everywhere. */
  readonly service: (name: string, text: string) => string;
}

const SEVERITY_STYLES: Readonly<Record<SeverityBand, Style>> = {
  FATAL: ["red", "bold"],
  ERROR: "red",
  WARN: "yellow",
  INFO: "green",
  DEBUG: "gray",
  TRACE: "gray",
  UNSET: "gray",
};

/** Neither red nor yellow: those say that something is wrong. */
const SERVICE_STYLES: readonly Style[] = [
  "cyan",
  "magenta",
  "blue",
  "green",
  "cyanBright",
  "magentaBright",
  "blueBright",
  "greenBright",
];

export function createPalette(colours: boolean): Palette {
  const paint = (style: Style, text: string): string =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  return {
    title: (text) => paint("bold", text),
    faint: (text) => paint("gray", text),
    failed: (text) => paint("red", text),
    severity: (band, text) => paint(SEVERITY_STYLES[band], text),
    service: (name, text) =>
      paint(SERVICE_STYLES[hash(name) % SERVICE_STYLES.length] ?? "cyan", text),
  };
}

function hash(name: string): number {
  let value = 0;
  for (const character of name) value = (value * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return value;
}
