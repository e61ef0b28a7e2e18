import { existsSync, readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import type { Environment, OtlpProtocol, Settings } from "../settings.ts";
import { note, ok, problem, type Finding } from "./finding.ts";
import { callGrpc, callHttp, type CallAnswer, type CallTarget } from "./otlp-call.ts";

const CALL_TIMEOUT_MS = 5_000;
/** Beyond this, spans of two machines no longer line up by eye. The measurement itself is good to a second. */
const CLOCK_AHEAD_MS_MAX = 3_000;

type Signal = "traces" | "logs";

const GRPC_PATHS: Readonly<Record<Signal, string>> = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
};

/** Calls the collector for every signal that is exported, in the signal's own protocol. */
export async function checkEndpoints(
  settings: Settings,
  environment: Environment,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const signal of ["traces", "logs"] as const) {
    if (settings.exporters[signal]?.includes("otlp") !== true) {
      findings.push(notExported(signal, environment));
      continue;
    }
    findings.push(...(await checkSignal(signal, settings.protocols[signal], environment)));
  }
  return withoutRepeats(findings);
}

function notExported(signal: Signal, environment: Environment): Finding {
  const name = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  return note(
    "endpoint",
    `${signal} are not sent: ${name}=${environment[name] ?? ""}`,
    `unset ${name}`,
  );
}

async function checkSignal(
  signal: Signal,
  protocol: OtlpProtocol,
  environment: Environment,
): Promise<readonly Finding[]> {
  const address = addressOf(signal, protocol, environment);
  if (address.kind === "unreadable") return [address.finding];
  const target: CallTarget = {
    url: address.url,
    headers: headersOf(signal, environment),
    tls: tlsOf(signal, environment),
    timeoutMs: CALL_TIMEOUT_MS,
  };
  const answer = await call(signal, protocol, target);
  const asked: Asked = { signal, protocol, url: address.url, variable: address.variable };
  if (isAccepted(answer, protocol)) {
    const found = ok("endpoint", `${signal}: ${address.url.href} takes ${protocol}`);
    return [found, ...checkClock(answer, address.url)];
  }
  if (!isAboutIdentity(answer)) {
    const other = protocol === "grpc" ? "http/protobuf" : "grpc";
    const otherUrl = new URL(other === "grpc" ? "/" : `/v1/${signal}`, address.url);
    const otherAnswer = await call(signal, other, { ...target, url: otherUrl });
    if (isAccepted(otherAnswer, other) || isAboutIdentity(otherAnswer))
      return [otherProtocol(asked, other)];
  }
  return [explain(asked, answer, environment)];
}

function call(signal: Signal, protocol: OtlpProtocol, target: CallTarget): Promise<CallAnswer> {
  return protocol === "grpc" ? callGrpc(target, GRPC_PATHS[signal]) : callHttp(target);
}

interface Asked {
  readonly signal: Signal;
  readonly protocol: OtlpProtocol;
  readonly url: URL;
  /** The variable that names the address, or would. */
  readonly variable: string;
}

type Address =
  | { readonly kind: "address"; readonly url: URL; readonly variable: string }
  | { readonly kind: "unreadable"; readonly finding: Finding };

/** As the exporters read it: a signal's own address is taken whole, the common one gets `/v1/<signal>` for HTTP. */
function addressOf(signal: Signal, protocol: OtlpProtocol, environment: Environment): Address {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const ownText = textOf(environment, own);
  const variable = ownText === undefined ? "OTEL_EXPORTER_OTLP_ENDPOINT" : own;
  const fallback = protocol === "grpc" ? "http://127.0.0.1:4317" : "http://127.0.0.1:4318";
  const text = ownText ?? textOf(environment, variable) ?? fallback;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const finding = problem(
      "endpoint",
      `${variable}=${text} is not an address that starts with http:// or https://`,
      `export ${variable}=http://${text.replace(/^[a-z]*:?\/\//i, "")}`,
    );
    return { kind: "unreadable", finding };
  }
  if (protocol !== "grpc" && ownText === undefined) {
    url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/${signal}`;
  }
  return { kind: "address", url, variable };
}

function headersOf(signal: Signal, environment: Environment): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of ["", `${signal.toUpperCase()}_`]) {
    const text = environment[`OTEL_EXPORTER_OTLP_${name}HEADERS`] ?? "";
    for (const pair of text.split(",")) {
      const at = pair.indexOf("=");
      if (at > 0)
        headers[pair.slice(0, at).trim().toLowerCase()] = unescape(pair.slice(at + 1).trim());
    }
  }
  return headers;
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all.
    return text;
  }
}

function tlsOf(signal: Signal, environment: Environment): SecureContextOptions {
  const read = (suffix: string): Buffer | undefined => {
    const path =
      textOf(environment, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${suffix}`) ??
      textOf(environment, `OTEL_EXPORTER_OTLP_${suffix}`);
    return path !== undefined && existsSync(path) ? readFileSync(path) : undefined;
  };
  return {
    ca: read("CERTIFICATE"),
    cert: read("CLIENT_CERTIFICATE"),
    key: read("CLIENT_KEY"),
  };
}

function textOf(environment: Environment, name: string): string | undefined {
  const text = environment[name]?.trim();
  return text === "" ? undefined : text;
}

type Answered = Extract<CallAnswer, { kind: "answered" }>;

function isAccepted(answer: CallAnswer, protocol: OtlpProtocol): answer is Answered {
  if (answer.kind === "failed") return false;
  if (protocol === "grpc") return answer.grpcStatus === 0;
  // A web page says 200 to anything; an OTLP answer to an empty request has no words in it.
  return answer.status === 200 && !/<html|<!doctype/i.test(answer.message);
}

/** gRPC's PERMISSION_DENIED and UNAUTHENTICATED, HTTP's 401, 403 and 407. */
function isAboutIdentity(answer: CallAnswer): boolean {
  if (answer.kind === "failed") return false;
  return (
    answer.grpcStatus === 7 || answer.grpcStatus === 16 || [401, 403, 407].includes(answer.status)
  );
}

function isBusy(answer: CallAnswer): boolean {
  if (answer.kind === "failed") return false;
  return answer.grpcStatus === 8 || answer.grpcStatus === 14 || [429, 503].includes(answer.status);
}

function otherProtocol(asked: Asked, other: "grpc" | "http/protobuf"): Finding {
  const speaks = other === "grpc" ? "OTLP over gRPC" : "OTLP over HTTP";
  const usual = other === "grpc" ? 4318 : 4317;
  return problem(
    "endpoint",
    `${asked.url.host} speaks ${speaks}, and ${asked.signal} are sent as ${asked.protocol}`,
    `export OTEL_EXPORTER_OTLP_PROTOCOL=${other}   # or name the ${asked.protocol} port, usually ${usual}, in ${asked.variable}`,
  );
}

function explain(asked: Asked, answer: CallAnswer, environment: Environment): Finding {
  if (answer.kind === "failed") return explainFailure(asked, answer, environment);
  const code =
    answer.grpcStatus === undefined ? `HTTP ${answer.status}` : `gRPC status ${answer.grpcStatus}`;
  const said = `${code}${answer.message === "" ? "" : `: ${answer.message}`}`;
  if (isAboutIdentity(answer)) {
    const sent = "authorization" in headersOf(asked.signal, environment);
    return problem(
      "endpoint",
      `${asked.url.href} wants ${sent ? "other credentials" : "credentials"} (${said})`,
      `export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20YOUR_TOKEN"`,
    );
  }
  if (isBusy(answer)) {
    return note("endpoint", `${asked.url.href} is there and takes nothing now (${said})`);
  }
  return problem(
    "endpoint",
    `${asked.url.href} does not take OTLP ${asked.signal} (${said})`,
    `export ${asked.variable}=http://COLLECTOR:${asked.protocol === "grpc" ? "4317" : "4318"}`,
  );
}

function explainFailure(
  asked: Asked,
  answer: Extract<CallAnswer, { kind: "failed" }>,
  environment: Environment,
): Finding {
  const { url } = asked;
  const why = `${url.href} cannot be reached: ${answer.message}`;
  if (/CERT|SIGNED|SIGNATURE|ISSUER|ALTNAME/.test(answer.code)) {
    return problem(
      "endpoint",
      `${url.href} shows a certificate that is not trusted: ${answer.message}`,
      "export OTEL_EXPORTER_OTLP_CERTIFICATE=/path/to/ca.pem",
    );
  }
  if (url.protocol === "https:" && /EPROTO|SSL|ERR_HTTP2/.test(answer.code)) {
    const plain = url.href.replace("https:", "http:").replace(/\/v1\/\w+$/, "");
    return problem(
      "endpoint",
      `${url.host} does not speak TLS`,
      `export ${asked.variable}=${plain}`,
    );
  }
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const port = asked.protocol === "grpc" ? 4317 : 4318;
  if (loopback && existsSync("/.dockerenv")) {
    return problem(
      "endpoint",
      `${why} (in a container, ${url.hostname} is the container itself)`,
      `export ${asked.variable}=http://host.docker.internal:${port}   # or the collector's service name`,
    );
  }
  if (loopback && textOf(environment, asked.variable) === undefined) {
    return problem(
      "endpoint",
      why,
      `export ${asked.variable}=http://COLLECTOR:${port}   # or start one here: npm start`,
    );
  }
  return problem(
    "endpoint",
    why,
    `export ${asked.variable}=http://COLLECTOR:${port}   # where a collector listens`,
  );
}

function checkClock(answer: Answered, url: URL): readonly Finding[] {
  const { clockAheadMs } = answer;
  if (clockAheadMs === undefined) {
    return [note("clock", `${url.host} sends no Date header: the clocks were not compared`)];
  }
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
  if (Math.abs(clockAheadMs) <= CLOCK_AHEAD_MS_MAX) {
    return [ok("clock", `this clock and that of ${url.host} agree to about a second`)];
  }
  const which = clockAheadMs > 0 ? "behind" : "ahead of";
  return [
    problem(
      "clock",
      `this clock is ${seconds} s ${which} that of ${url.host}: spans and logs will be shown at the wrong time`,
      "sudo timedatectl set-ntp true   # on whichever machine is wrong",
    ),
  ];
}

function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}
