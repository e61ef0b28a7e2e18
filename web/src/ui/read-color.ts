/** Red, green, blue, 0..255. */
export type Rgb = readonly [number, number, number];

/** @returns the colour a token has now */
export function readColor(token: string): Rgb {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const parts =
    getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  probe.remove();
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}
