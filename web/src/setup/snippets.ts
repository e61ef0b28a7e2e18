/** How applications send to this installation, by language. Pure text: the endpoints come from the service itself. */
export interface Endpoints {
  readonly grpc: string;
  readonly http: string;
}

export interface Snippet {
  readonly title: string;
  /** What to know before, in a sentence; empty when the lines speak for themselves. */
  readonly note: string;
  readonly code: string;
}

export interface Language {
  /** As in the URL. */
  readonly id: string;
  readonly name: string;
  readonly snippets: (endpoints: Endpoints) => readonly Snippet[];
}

/** OTLP over HTTP is the one protocol every SDK speaks without another package. */
function variables({ http }: Endpoints): string {
  return [
    "export OTEL_SERVICE_NAME=my-service",
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${http}`,
    "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
  ].join("\n");
}

const NODE: Language = {
  id: "node",
  name: "Node.js",
  snippets: ({ grpc }) => [
    {
      title: "Install the SDK",
      note: "Made in the repository of Throughline by: npm pack --workspace sdk. Applications need no change.",
      code: "npm install path/to/throughline-sdk-0.1.0.tgz",
    },
    {
      title: "Start the application with it",
      note: "Traces, and the lines of the console and of pino as logs inside them.",
      code: [
        "export OTEL_SERVICE_NAME=my-service",
        `export OTEL_EXPORTER_OTLP_ENDPOINT=${grpc}`,
        "node --import @throughline/sdk/register app.js",
      ].join("\n"),
    },
  ],
};

const PYTHON: Language = {
  id: "python",
  name: "Python",
  snippets: (endpoints) => [
    {
      title: "Install OpenTelemetry",
      note: "The second command finds the libraries in use and adds what instruments them.",
      code: "pip install opentelemetry-distro opentelemetry-exporter-otlp\nopentelemetry-bootstrap -a install",
    },
    {
      title: "Start the application with it",
      note: "Traces, and the records of Python's logging inside them.",
      code: [
        variables(endpoints),
        "export OTEL_METRICS_EXPORTER=none",
        "export OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true",
        "opentelemetry-instrument python app.py",
      ].join("\n"),
    },
  ],
};

const GO: Language = {
  id: "go",
  name: "Go",
  snippets: (endpoints) => [
    {
      title: "Add OpenTelemetry",
      note: "",
      code: [
        "go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/sdk/log \\",
        "  go.opentelemetry.io/contrib/exporters/autoexport \\",
        "  go.opentelemetry.io/contrib/bridges/otelslog",
      ].join("\n"),
    },
    {
      title: "Set it up in main",
      note: "The exporters read the variables below; slog sends its records with the span of their context.",
      code: [
        "spans, err := autoexport.NewSpanExporter(ctx)",
        "if err != nil { return err }",
        "tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))",
        "defer tracers.Shutdown(ctx)",
        "otel.SetTracerProvider(tracers)",
        "otel.SetTextMapPropagator(propagation.TraceContext{})",
        "",
        "records, err := autoexport.NewLogExporter(ctx)",
        "if err != nil { return err }",
        "loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(records)))",
        "defer loggers.Shutdown(ctx)",
        'slog.SetDefault(otelslog.NewLogger("my-service", otelslog.WithLoggerProvider(loggers)))',
      ].join("\n"),
    },
    { title: "Start it", note: "", code: `${variables(endpoints)}\ngo run .` },
  ],
};

const JAVA: Language = {
  id: "java",
  name: "Java",
  snippets: (endpoints) => [
    {
      title: "Fetch the agent",
      note: "",
      code: "curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar",
    },
    {
      title: "Start the application with it",
      note: "Traces, and the records of Logback, Log4j and java.util.logging inside them.",
      code: [
        variables(endpoints),
        "export OTEL_METRICS_EXPORTER=none",
        "java -javaagent:opentelemetry-javaagent.jar -jar app.jar",
      ].join("\n"),
    },
  ],
};

const OTHERS: Language = {
  id: "others",
  name: "Others",
  snippets: (endpoints) => [
    {
      title: "Any OpenTelemetry SDK",
      note: "SDKs of .NET, Ruby, PHP, Rust, C++, Erlang and others read these variables, or take the same values in code.",
      code: `${variables(endpoints)}\nexport OTEL_TRACES_EXPORTER=otlp\nexport OTEL_LOGS_EXPORTER=otlp`,
    },
    {
      title: "An OpenTelemetry Collector in front",
      note: "",
      code: [
        "exporters:",
        "  otlphttp/throughline:",
        `    endpoint: ${endpoints.http}`,
        "service:",
        "  pipelines:",
        "    traces: { receivers: [otlp], exporters: [otlphttp/throughline] }",
        "    logs: { receivers: [otlp], exporters: [otlphttp/throughline] }",
      ].join("\n"),
    },
  ],
};

/** One span and one log of the same trace, from any shell. */
const CURL: Language = {
  id: "curl",
  name: "curl",
  snippets: ({ http }) => [
    {
      title: "Send one span and one log",
      note: "To see that everything between a machine and this page works.",
      code: [
        "TRACE=$(openssl rand -hex 16) SPAN=$(openssl rand -hex 8) NOW=$(date +%s)",
        'RESOURCE=\'"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"curl"}}]}\'',
        `curl -s ${http}/v1/traces -H 'content-type: application/json' -d "{\\"resourceSpans\\":[{$RESOURCE,`,
        '  \\"scopeSpans\\":[{\\"spans\\":[{\\"traceId\\":\\"$TRACE\\",\\"spanId\\":\\"$SPAN\\",\\"name\\":\\"hello\\",\\"kind\\":1,',
        '  \\"startTimeUnixNano\\":\\"${NOW}000000000\\",\\"endTimeUnixNano\\":\\"${NOW}250000000\\"}]}]}]}"',
        `curl -s ${http}/v1/logs -H 'content-type: application/json' -d "{\\"resourceLogs\\":[{$RESOURCE,`,
        '  \\"scopeLogs\\":[{\\"logRecords\\":[{\\"traceId\\":\\"$TRACE\\",\\"spanId\\":\\"$SPAN\\",\\"severityNumber\\":9,',
        '  \\"timeUnixNano\\":\\"${NOW}100000000\\",\\"body\\":{\\"stringValue\\":\\"hello from curl\\"}}]}]}]}"',
      ].join("\n"),
    },
  ],
};

export const LANGUAGES: readonly Language[] = [NODE, PYTHON, GO, JAVA, OTHERS, CURL];

/** @returns the language a URL names; the first for any other text */
export function languageOf(id: string): Language {
  return LANGUAGES.find((language) => language.id === id) ?? NODE;
}
