import { ServerResponse } from "node:http";
import { context, propagation, type TextMapPropagator } from "@opentelemetry/api";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import type { CorrelationMode, Environment } from "../settings.ts";
import { correlationOf, CorrelationPropagator } from "./correlation.ts";

/**
 * Puts the correlation id beside the propagators that OTEL_PROPAGATORS chose. The OpenTelemetry SDK builds those itself and keeps
 * the function to itself, so ours is composed with what it has installed.
 */
export function installCorrelation(mode: CorrelationMode, environment: Environment): void {
  if (mode === "off" || environment["OTEL_PROPAGATORS"]?.includes("none") === true) return;
  const installed = installedPropagator();
  propagation.disable();
  propagation.setGlobalPropagator(
    new CompositePropagator({
      propagators: [...installed, new CorrelationPropagator(mode === "create")],
    }),
  );
}

/** The API's own registry of this process; it has no accessor for the propagator itself. */
function installedPropagator(): readonly TextMapPropagator[] {
  const registry: unknown = Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1"));
  if (typeof registry === "object" && registry !== null && "propagation" in registry) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only setGlobalPropagator writes it
    return [registry.propagation as TextMapPropagator];
  }
  return [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
}

/** The HTTP instrumentation's hook for a response about to be made: the caller learns the id, unless the application says otherwise. */
export function returnCorrelation(_span: unknown, response: unknown): void {
  if (!(response instanceof ServerResponse) || response.headersSent) return;
  const correlation = correlationOf(context.active());
  if (correlation !== undefined) response.setHeader(correlation.header, correlation.id);
}
