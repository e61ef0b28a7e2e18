import { context } from "@opentelemetry/api";
import { ExportResultCode, suppressTracing, type ExportResult } from "@opentelemetry/core";
import { classifyExportError, messageOf, type ExportOutcome } from "./outcome.ts";

/** The part of OpenTelemetry's span and log exporters that both share. */
export interface ItemExporter<T> {
  export(items: T[], resultCallback: (result: ExportResult) => void): void;
}

/** One export, its answer as a decision. Runs with tracing suppressed, so that it does not trace itself. Never rejects. */
export function sendThrough<T>(
  exporter: ItemExporter<T>,
  items: readonly T[],
): Promise<ExportOutcome> {
  return new Promise((resolve) => {
    context.with(suppressTracing(context.active()), () => {
      try {
        exporter.export([...items], (result) => {
          if (result.code === ExportResultCode.SUCCESS) resolve({ kind: "delivered" });
          else resolve(classifyExportError(result.error));
        });
      } catch (error) {
        resolve({ kind: "refused", reason: `cannot be encoded: ${messageOf(error)}` });
      }
    });
  });
}
