/** What the shop sells; small enough to be read, large enough for an N+1 query to hurt. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
}

const NAMES = [
  "Brass desk lamp",
  "Walnut pen tray",
  "Linen notebook",
  "Enamel mug",
  "Wool throw",
  "Oak picture frame",
  "Cork board",
  "Ceramic planter",
  "Copper kettle",
  "Glass carafe",
  "Felt coaster set",
  "Leather key fob",
  "Steel bookend",
  "Bamboo tray",
  "Canvas tote",
  "Beeswax candle",
  "Stone mortar",
  "Paper calendar",
] as const;

export const CATALOG: readonly Product[] = NAMES.map((name, index) => ({
  sku: `SKU-${100 + index}`,
  name,
  priceCents: 900 + index * 350,
}));
