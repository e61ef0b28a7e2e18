import { SpanStatusCode, trace, type Span, type SpanOptions } from "@opentelemetry/api";

const tracer = trace.getTracer("throughline-demo-shop");

/** Runs `work` inside a span; a throw becomes the span's exception and error status, and goes on. */
export function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const exception = error instanceof Error ? error : new Error(String(error));
      span.recordException(exception);
      span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
      throw error;
    } finally {
      span.end();
    }
  });
}
