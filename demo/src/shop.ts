import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromChild, ObservedResponse } from "./shared/messages.ts";
import { startShopProcess, type ShopProcess } from "./shop-process.ts";

export interface ShopOptions {
  /** Where the services send their telemetry, OTLP/gRPC, e.g. `http://127.0.0.1:4317`. */
  readonly otlpEndpoint: string;
  /** Default `grpc`; the endpoint must speak it. */
  readonly otlpProtocol?: "grpc" | "http/protobuf" | "http/json" | undefined;
  /** The node that runs the services; default the one that runs this. */
  readonly nodePath?: string | undefined;
  /** Default 3; at most 100. */
  readonly requestsPerSecond?: number | undefined;
  /** Traffic ends after this many requests; default: it goes on until stop(). */
  readonly requests?: number | undefined;
  /** The same seed sends the same requests in the same order; default 1. */
  readonly seed?: number | undefined;
  /** Called once, when every service listens and traffic begins. */
  readonly onReady?: ((shop: Shop) => void) | undefined;
  /** Called for every answer the traffic generator gets. */
  readonly onResponse?: ((response: ObservedResponse) => void) | undefined;
}

/** A running shop. All its processes end with stop(), and by themselves when this process dies. */
export interface Shop {
  readonly storefrontUrl: string;
  /** `service.name` of every service that sends telemetry. */
  readonly services: readonly string[];
  /**
   * The first checkout that went through only after a retry: spans of every service, an error, a retry and a
   * queue hop. Its last spans arrive at the collector about two seconds later.
   * Rejects when traffic ended or the shop was stopped without one.
   */
  firstInterestingTraceId(): Promise<string>;
  /** Resolves when `requests` were sent and answered; never without that option. */
  readonly trafficEnded: Promise<void>;
  stop(): Promise<void>;
}

interface ServiceSpec {
  readonly key: ServiceKey;
  readonly name: string;
  readonly version: string;
  readonly environment?: Readonly<Record<string, string>>;
}

type ServiceKey =
  | "storefront"
  | "checkoutStable"
  | "checkoutCanary"
  | "payments"
  | "inventory"
  | "notifications";

const SERVICES: readonly ServiceSpec[] = [
  { key: "storefront", name: "storefront", version: "3.2.0" },
  { key: "checkoutStable", name: "checkout", version: "1.4.0" },
  {
    key: "checkoutCanary",
    name: "checkout",
    version: "1.5.0",
    environment: { SHOP_CHECKS_PRICES: "true" },
  },
  { key: "payments", name: "payments", version: "2.1.3" },
  { key: "inventory", name: "inventory", version: "1.9.0" },
  { key: "notifications", name: "notifications", version: "1.1.0" },
];

const REQUESTS_PER_SECOND = 3;
const REQUESTS_PER_SECOND_MAX = 100;
const STOP_TIMEOUT_MS = 8_000;

/** Starts every process of the shop on free ports, then the traffic. Rejects, with nothing left running, when one fails. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), "throughline-shop-"));
  const run = new ShopRun(options, folder);
  try {
    await run.start();
  } catch (error) {
    await run.stop();
    throw error;
  }
  options.onReady?.(run);
  return run;
}

class ShopRun implements Shop {
  readonly services = [...new Set(SERVICES.map(({ name }) => name))];
  readonly trafficEnded: Promise<void>;
  storefrontUrl = "";
  readonly #options: ShopOptions;
  readonly #folder: string;
  readonly #processes: ShopProcess[] = [];
  readonly #interesting = Promise.withResolvers<string>();
  readonly #ended = Promise.withResolvers<void>();
  #stopped: Promise<void> | undefined;

  constructor(options: ShopOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.trafficEnded = this.#ended.promise;
    // It may reject with nobody asking.
    this.#interesting.promise.catch(() => undefined);
  }

  async start(): Promise<void> {
    const register = registerUrl();
    const cardProcessor = this.#spawn("card-processor", "./services/card-processor.ts", [], {});
    const started = SERVICES.map((spec) => ({
      key: spec.key,
      process: this.#spawn(
        spec.name,
        `./services/${spec.name}.ts`,
        ["--import", register],
        serviceEnvironment(spec, this.#options),
      ),
    }));
    const urls = new Map<ServiceKey, string>();
    await Promise.all(
      started.map(async ({ key, process }) => {
        urls.set(key, await process.ready);
      }),
    );
    const peers = {
      cardProcessor: await cardProcessor.ready,
      inventory: urls.get("inventory") ?? "",
      payments: urls.get("payments") ?? "",
      checkoutStable: urls.get("checkoutStable") ?? "",
      checkoutCanary: urls.get("checkoutCanary") ?? "",
    };
    for (const { process } of started) process.tell({ kind: "peers", peers });
    this.storefrontUrl = urls.get("storefront") ?? "";
    this.#startTraffic();
  }

  firstInterestingTraceId(): Promise<string> {
    return this.#interesting.promise;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop(STOP_TIMEOUT_MS)));
    this.#interesting.reject(new Error("the shop was stopped before a checkout needed a retry"));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #startTraffic(): void {
    const rate = this.#options.requestsPerSecond ?? REQUESTS_PER_SECOND;
    this.#spawn("traffic", "./traffic/traffic.ts", [], {
      SHOP_STOREFRONT_URL: this.storefrontUrl,
      SHOP_REQUESTS_PER_SECOND: String(Math.min(Math.max(rate, 0.01), REQUESTS_PER_SECOND_MAX)),
      SHOP_REQUESTS_MAX: String(this.#options.requests ?? Infinity),
      SHOP_SEED: String(this.#options.seed ?? 1),
    });
  }

  #spawn(
    name: string,
    file: string,
    nodeArguments: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): ShopProcess {
    const started = startShopProcess({
      name,
      file,
      nodePath: this.#options.nodePath ?? process.execPath,
      nodeArguments,
      environment: {
        ...inheritedEnvironment(),
        SHOP_QUEUE_FILE: join(this.#folder, "queue.db"),
        ...environment,
      },
      onMessage: (message) => this.#onMessage(message),
    });
    this.#processes.push(started);
    return started;
  }

  #onMessage(message: FromChild): void {
    switch (message.kind) {
      case "ready":
        return;
      case "response":
        if (message.response.attempts > 1 && message.response.status === 201) {
          this.#interesting.resolve(message.response.traceId);
        }
        this.#options.onResponse?.(message.response);
        return;
      case "traffic-ended":
        this.#interesting.reject(new Error("traffic ended before a checkout needed a retry"));
        this.#ended.resolve();
        return;
    }
  }
}

/** The built SDK: services load it exactly as a user's application would. */
function registerUrl(): string {
  const url = import.meta.resolve("@throughline/sdk/register");
  if (!existsSync(fileURLToPath(url))) {
    throw new Error("the SDK is not built: run `npm run build`");
  }
  return url;
}

function serviceEnvironment(
  spec: ServiceSpec,
  { otlpEndpoint, otlpProtocol = "grpc" }: ShopOptions,
): Readonly<Record<string, string>> {
  return {
    ...spec.environment,
    OTEL_SERVICE_NAME: spec.name,
    OTEL_RESOURCE_ATTRIBUTES: `service.version=${spec.version},service.namespace=shop,deployment.environment.name=demo`,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol,
  };
}

/** Ours, without what would change how the services are instrumented. */
function inheritedEnvironment(): Readonly<Record<string, string>> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || name === "NODE_OPTIONS" || name.startsWith("OTEL_")) continue;
    inherited[name] = value;
  }
  return inherited;
}
