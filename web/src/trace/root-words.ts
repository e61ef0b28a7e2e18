import type { TraceIndex } from "./trace-index.ts";

/** @returns what the request is called: by its root span, or by what is known without one */
export function rootWords(index: TraceIndex): { readonly service: string; readonly name: string } {
  const root =
    index.nodes.find((node) => node.kind === "span" && node.span.parentSpanId === "") ??
    index.nodes.find(({ kind }) => kind === "span");
  if (root?.kind === "span") return { service: root.span.serviceName, name: root.span.name };
  return { service: index.services[0]?.name ?? "", name: "logs without a stored span" };
}
