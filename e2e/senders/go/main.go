// Sends one trace with logs through OpenTelemetry's Go SDK, then prints as JSON what the SDK says it sent.
//
//	usage: sender grpc|http HOST:PORT
//
// The printed ledger is made from the SDK's own finished spans and log records (a second exporter that only remembers),
// so a test can compare it with what is stored. Its shape is documented in e2e/src/ledger.ts.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

type object = map[string]any

func plain(attributes []attribute.KeyValue) object {
	values := object{}
	for _, pair := range attributes {
		values[string(pair.Key)] = plainValue(pair.Value)
	}
	return values
}

func plainValue(value attribute.Value) any {
	switch value.Type() {
	case attribute.MAP:
		return plain(value.AsMap())
	case attribute.SLICE:
		items := []any{}
		for _, item := range value.AsSlice() {
			items = append(items, plainValue(item))
		}
		return items
	case attribute.INT64:
		// As text: JSON's readers round large numbers.
		return json.Number(strconv.FormatInt(value.AsInt64(), 10))
	default:
		return value.AsInterface()
	}
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func spanLedger(span tracetest.SpanStub) object {
	parent := ""
	if span.Parent.HasSpanID() {
		parent = span.Parent.SpanID().String()
	}
	events, links := []object{}, []object{}
	for _, event := range span.Events {
		events = append(events, object{"timeUnixNano": nanos(event.Time), "name": event.Name, "attributes": plain(event.Attributes)})
	}
	for _, link := range span.Links {
		// The SDK's exporter leaves a link's trace state out of the message.
		links = append(links, object{
			"traceId": link.SpanContext.TraceID().String(), "spanId": link.SpanContext.SpanID().String(),
			"traceState": "", "attributes": plain(link.Attributes),
		})
	}
	kinds := map[trace.SpanKind]string{trace.SpanKindServer: "Server", trace.SpanKindClient: "Client", trace.SpanKindInternal: "Internal",
		trace.SpanKindProducer: "Producer", trace.SpanKindConsumer: "Consumer"}
	return object{
		"traceId": span.SpanContext.TraceID().String(), "spanId": span.SpanContext.SpanID().String(), "parentSpanId": parent,
		"traceState": span.SpanContext.TraceState().String(), "name": span.Name, "kind": kinds[span.SpanKind],
		"startTimeUnixNano": nanos(span.StartTime), "endTimeUnixNano": nanos(span.EndTime),
		"status":     object{"code": span.Status.Code.String(), "message": span.Status.Description},
		"attributes": plain(span.Attributes), "droppedAttributesCount": span.DroppedAttributes,
		"events": events, "links": links,
		"scopeName": span.InstrumentationScope.Name, "scopeVersion": span.InstrumentationScope.Version,
	}
}

// remembered keeps every log record that the SDK exports.
type remembered struct {
	mutex   sync.Mutex
	records []object
}

func (r *remembered) Export(_ context.Context, records []sdklog.Record) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, record := range records {
		attributes := []attribute.KeyValue{}
		record.WalkAttributes(func(pair attribute.KeyValue) bool {
			attributes = append(attributes, pair)
			return true
		})
		traceID, spanID := "", ""
		if record.TraceID().IsValid() {
			traceID, spanID = record.TraceID().String(), record.SpanID().String()
		}
		r.records = append(r.records, object{
			"traceId": traceID, "spanId": spanID, "traceFlags": int(record.TraceFlags()),
			"timeUnixNano": nanos(record.Timestamp()), "observedTimeUnixNano": nanos(record.ObservedTimestamp()),
			"severityNumber": int(record.Severity()), "severityText": record.SeverityText(), "body": plainValue(record.Body()),
			"eventName": record.EventName(), "attributes": plain(attributes), "scopeName": record.InstrumentationScope().Name,
		})
	}
	return nil
}
func (r *remembered) Shutdown(context.Context) error   { return nil }
func (r *remembered) ForceFlush(context.Context) error { return nil }

func exporters(ctx context.Context, protocol, endpoint string) (sdktrace.SpanExporter, sdklog.Exporter) {
	if protocol == "grpc" {
		return must[sdktrace.SpanExporter](otlptracegrpc.New(ctx, otlptracegrpc.WithInsecure(), otlptracegrpc.WithEndpoint(endpoint))),
			must[sdklog.Exporter](otlploggrpc.New(ctx, otlploggrpc.WithInsecure(), otlploggrpc.WithEndpoint(endpoint)))
	}
	return must[sdktrace.SpanExporter](otlptracehttp.New(ctx, otlptracehttp.WithInsecure(), otlptracehttp.WithEndpoint(endpoint), otlptracehttp.WithCompression(otlptracehttp.GzipCompression))),
		must[sdklog.Exporter](otlploghttp.New(ctx, otlploghttp.WithInsecure(), otlploghttp.WithEndpoint(endpoint), otlploghttp.WithCompression(otlploghttp.GzipCompression)))
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	spanExporter, logExporter := exporters(ctx, os.Args[1], os.Args[2])
	spans, logs := tracetest.NewInMemoryExporter(), &remembered{}
	described := resource.NewSchemaless(attribute.String("service.name", "go-sender"), attribute.String("service.version", "2.7.1"),
		attribute.Int64("process.pid", 4242))

	limits := sdktrace.NewSpanLimits()
	limits.AttributeCountLimit = 9
	tracing := sdktrace.NewTracerProvider(sdktrace.WithResource(described), sdktrace.WithRawSpanLimits(limits),
		sdktrace.WithBatcher(spanExporter), sdktrace.WithSyncer(spans))
	logging := sdklog.NewLoggerProvider(sdklog.WithResource(described),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(logExporter)), sdklog.WithProcessor(sdklog.NewSimpleProcessor(logs)))

	send(ctx, tracing.Tracer("sender.go", trace.WithInstrumentationVersion("1.2.3")), logging.Logger("sender.go"))

	stubs := spans.GetSpans()
	if err := errors.Join(tracing.Shutdown(ctx), logging.Shutdown(ctx)); err != nil {
		log.Fatal(err)
	}
	ledger := object{"resource": plain(described.Attributes()), "spans": []object{}, "logs": logs.records}
	for _, stub := range stubs {
		ledger["spans"] = append(ledger["spans"].([]object), spanLedger(stub))
	}
	if err := json.NewEncoder(os.Stdout).Encode(ledger); err != nil {
		log.Fatal(err)
	}
}

func send(ctx context.Context, tracer trace.Tracer, logger otellog.Logger) {
	state, _ := trace.ParseTraceState("vendor=42,other=x")
	elsewhere := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{15: 7}, SpanID: trace.SpanID{7: 9}, TraceFlags: 1, TraceState: state})
	ctx, root := tracer.Start(ctx, "GET /basket", trace.WithSpanKind(trace.SpanKindServer),
		trace.WithLinks(trace.Link{SpanContext: elsewhere, Attributes: []attribute.KeyValue{attribute.String("why", "batch")}}))
	root.SetAttributes(attribute.String("text", "naïve ünicode ✓ 日本語"), attribute.String("empty", ""), attribute.Bool("flag", false),
		attribute.Int64("count", 9007199254740993), attribute.Int64("negative", -42), attribute.Float64("ratio", 0.125),
		attribute.StringSlice("names", []string{"a", "b \"quoted\""}), attribute.Int64Slice("numbers", []int64{1, 2, 3}))
	root.AddEvent("cache.miss", trace.WithAttributes(attribute.String("key", "user:1"), attribute.Int("tries", 2)))
	emit(ctx, logger, otellog.SeverityInfo, "INFO", attribute.StringValue("basket opened"), attribute.Int("order.id", 17))

	inner, child := tracer.Start(ctx, "publish basket", trace.WithSpanKind(trace.SpanKindProducer))
	for number := range 12 {
		child.SetAttributes(attribute.Int("key."+strconv.Itoa(number), number))
	}
	emit(inner, logger, otellog.SeverityWarn2, "WARNING", attribute.MapValue(attribute.KeyValue{Key: "nested", Value: attribute.SliceValue(attribute.IntValue(1), attribute.StringValue("two"), attribute.BoolValue(false))}))
	child.RecordError(errors.New("broker away"))
	child.SetStatus(codes.Error, "broker away")
	child.End()
	root.SetStatus(codes.Ok, "")
	root.End()
	emit(context.Background(), logger, otellog.SeverityError, "ERROR", attribute.StringValue("outside any span"))
}

func emit(ctx context.Context, logger otellog.Logger, severity otellog.Severity, text string, body attribute.Value, attributes ...attribute.KeyValue) {
	var record otellog.Record
	record.SetTimestamp(time.Now())
	record.SetSeverity(severity)
	record.SetSeverityText(text)
	record.SetBody(body)
	record.AddAttributes(attributes...)
	logger.Emit(ctx, record)
}
