import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/** One span with one log record inside; where they go is said by OTEL_* alone. Prints the trace id. */
public final class Shop {
  public static void main(String[] args) {
    OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
    Span span = sdk.getTracer("shop").spanBuilder("GET /orders/:id").startSpan();
    try (Scope ignored = span.makeCurrent()) {
      sdk.getSdkLoggerProvider()
          .get("shop")
          .logRecordBuilder()
          .setSeverity(Severity.INFO)
          .setBody("handling order")
          .emit();
    } finally {
      span.end();
    }
    System.out.println(span.getSpanContext().getTraceId());
    sdk.close();
  }
}
