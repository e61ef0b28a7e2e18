import { readColor } from "../ui/read-color.ts";

/** A colour of `tokens.css` as a canvas takes it. Ask again when the theme changes: a canvas inherits nothing. */
export function tokenColor(token: string, alpha = 1): string {
  const [red, green, blue] = readColor(token);
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}

export const CHART_FONT = '11px "Inter Variable", system-ui, sans-serif';
