"""Sends one trace with logs through OpenTelemetry's Python SDK, then prints as JSON what the SDK says it sent.

usage: send.py grpc|http ENDPOINT

The printed ledger is made from the SDK's own finished spans and log records (a second, in-memory exporter), so a
test can compare it with what is stored. Its shape is documented in e2e/src/ledger.ts.
"""

import base64
import json
import sys
import time

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState


def plain(value):
    """An attribute or body value as JSON can hold it; bytes as base64, as the collector stores them."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return value


def exporters(protocol, endpoint):
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        return (
            OTLPSpanExporter(endpoint=endpoint, insecure=True),
            OTLPLogExporter(endpoint=endpoint, insecure=True),
        )
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces"), OTLPLogExporter(endpoint=f"{endpoint}/v1/logs")


def span_ledger(span):
    return {
        "traceId": f"{span.context.trace_id:032x}",
        "spanId": f"{span.context.span_id:016x}",
        "parentSpanId": f"{span.parent.span_id:016x}" if span.parent else "",
        "traceState": span.context.trace_state.to_header(),
        "name": span.name,
        "kind": span.kind.name.capitalize(),
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time),
        "status": {"code": span.status.status_code.name.capitalize(), "message": span.status.description or ""},
        "attributes": plain(span.attributes),
        "droppedAttributesCount": span.dropped_attributes,
        "events": [
            {"timeUnixNano": str(event.timestamp), "name": event.name, "attributes": plain(event.attributes)}
            for event in span.events
        ],
        "links": [
            {
                "traceId": f"{link.context.trace_id:032x}",
                "spanId": f"{link.context.span_id:016x}",
                "traceState": "",  # This SDK's exporter leaves a link's trace state out of the message.
                "attributes": plain(link.attributes or {}),
            }
            for link in span.links
        ],
        "scopeName": span.instrumentation_scope.name,
        "scopeVersion": span.instrumentation_scope.version,
    }


def log_ledger(readable):
    record = readable.log_record
    return {
        "traceId": f"{record.trace_id:032x}" if record.trace_id else "",
        "spanId": f"{record.span_id:016x}" if record.span_id else "",
        "traceFlags": int(record.trace_flags or 0),
        "timeUnixNano": str(record.timestamp),
        "observedTimeUnixNano": str(record.observed_timestamp),
        "severityNumber": record.severity_number.value,
        "severityText": record.severity_text,
        "body": plain(record.body),
        "eventName": record.event_name or "",
        "attributes": plain(record.attributes or {}),
        "scopeName": readable.instrumentation_scope.name,
    }


def main():
    protocol, endpoint = sys.argv[1:3]
    resource = Resource.create(
        {"service.name": "python-sender", "service.version": "3.1.4", "deployment.environment.name": "test"}
    )
    span_exporter, log_exporter = exporters(protocol, endpoint)
    spans, logs = InMemorySpanExporter(), InMemoryLogRecordExporter()

    tracing = TracerProvider(resource=resource, span_limits=SpanLimits(max_attributes=9))
    tracing.add_span_processor(SimpleSpanProcessor(spans))
    tracing.add_span_processor(BatchSpanProcessor(span_exporter))
    logging = LoggerProvider(resource=resource)
    logging.add_log_record_processor(SimpleLogRecordProcessor(logs))
    logging.add_log_record_processor(BatchLogRecordProcessor(log_exporter))

    tracer = tracing.get_tracer("sender.python", "0.9.0")
    logger = logging.get_logger("sender.python", "0.9.0")
    elsewhere = SpanContext(0xABC, 0xDEF, True, TraceFlags(1), TraceState([("vendor", "42")]))

    with tracer.start_as_current_span(
        "POST /pay", kind=SpanKind.SERVER, links=[Link(elsewhere, {"why": "retry of an earlier request"})]
    ) as root:
        root.set_attributes(
            {
                "text": "naïve ünicode ✓ 日本語",
                "empty": "",
                "flag": True,
                "count": 9007199254740993,
                "negative": -42,
                "ratio": 0.125,
                "names": ["a", "b \"quoted\""],
                "numbers": [1, 2, 3],
            }
        )
        root.add_event("cache.miss", {"key": "user:1", "tries": 2})
        logger.emit(
            LogRecord(
                timestamp=time.time_ns(),
                severity_number=SeverityNumber.INFO,
                severity_text="INFO",
                body="payment started",
                attributes={"order.id": 17},
            )
        )
        with tracer.start_as_current_span("SELECT orders", kind=SpanKind.CLIENT) as child:
            for number in range(12):
                child.set_attribute(f"key.{number}", number)
            logger.emit(
                LogRecord(
                    timestamp=time.time_ns(),
                    severity_number=SeverityNumber.WARN2,
                    severity_text="WARNING",
                    body={"nested": {"list": [1, "two", False]}, "raw": b"\x00\xff"},
                    event_name="db.slow",
                )
            )
            child.record_exception(ValueError("no such table"))
            child.set_status(Status(StatusCode.ERROR, "no such table"))
        root.set_status(Status(StatusCode.OK))
    logger.emit(
        LogRecord(timestamp=time.time_ns(), severity_number=SeverityNumber.ERROR, severity_text="ERROR", body="outside any span")
    )

    tracing.shutdown()
    logging.shutdown()
    json.dump(
        {
            "resource": plain(resource.attributes),
            "spans": [span_ledger(span) for span in spans.get_finished_spans()],
            "logs": [log_ledger(record) for record in logs.get_finished_logs()],
        },
        sys.stdout,
    )


main()
