//! One span with one log line inside, from `tracing`; where they go is said by OTEL_* alone. Prints the trace id.
use opentelemetry::trace::{TraceContextExt, TracerProvider as _};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, SpanExporter};
use opentelemetry_sdk::{logs::SdkLoggerProvider, trace::SdkTracerProvider};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let spans = SdkTracerProvider::builder()
        .with_batch_exporter(SpanExporter::builder().with_tonic().build()?)
        .build();
    let logs = SdkLoggerProvider::builder()
        .with_batch_exporter(LogExporter::builder().with_tonic().build()?)
        .build();
    // Without the filter the exporter's own lines would be exported, and theirs, for ever.
    let filter = tracing_subscriber::EnvFilter::new("info,h2=off,hyper=off,tonic=off,tower=off");
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_opentelemetry::layer().with_tracer(spans.tracer("shop")))
        .with(OpenTelemetryTracingBridge::new(&logs))
        .init();

    let span = tracing::info_span!("GET /orders/:id");
    span.in_scope(|| tracing::info!(items = 3, "handling order"));
    println!("{}", span.context().span().span_context().trace_id());
    drop(span);

    spans.shutdown()?;
    logs.shutdown()?;
    Ok(())
}
