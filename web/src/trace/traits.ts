import type { TraceIndex } from "./trace-index.ts";

/** What is asked of every node again and again, as bits of `TraceIndex.traits`. */
export const Trait = {
  span: 1,
  error: 2,
  client: 4,
  server: 8,
  producer: 16,
  consumer: 32,
} as const;

const OF_KIND: Readonly<Record<string, number>> = {
  Client: Trait.client,
  Server: Trait.server,
  Producer: Trait.producer,
  Consumer: Trait.consumer,
};

/** @returns the bits of a span */
export function traitsOf(kind: string, isError: boolean): number {
  return Trait.span | (isError ? Trait.error : 0) | (OF_KIND[kind] ?? 0);
}

export function hasTrait(index: Pick<TraceIndex, "traits">, node: number, trait: number): boolean {
  return ((index.traits[node] ?? 0) & trait) !== 0;
}
