/**
 * Routes: what one kind of request does, as a tree of spans. Traces of a route look alike, as they do in life; their
 * times, ids, attributes, failures and logs are made in ClickHouse, for each trace anew.
 */
import { Random } from "./random.ts";
import type { Service } from "./services.ts";

export interface RouteSpan {
  readonly route: number;
  /** Its place in the route; 0 is the root. */
  readonly place: number;
  /** -1 for the root. */
  readonly parent: number;
  /** Its place in the list of services. */
  readonly service: number;
  readonly name: string;
  readonly kind: "Server" | "Client" | "Internal" | "Producer" | "Consumer";
  /** What it talks to: `http`, `database`, `messaging`, or nothing. */
  readonly flavour: "http" | "database" | "messaging" | "";
  /** The service or host at the other end of a client span. */
  readonly peer: string;
  /** Microseconds after the root's start, and how long, in a trace of usual speed. */
  readonly startMicros: number;
  readonly durationMicros: number;
  /** Log records of the span, in the mean. */
  readonly logs: number;
  /** Places whose failure makes this span fail: its own and those below it. */
  readonly failsWith: readonly number[];
}

export const ROUTES = 600;
/** How much more often the first routes are asked for than the last. */
const ROUTE_SKEW = 3;
const SPANS_MIN = 3;
const SPANS_MAX = 60;
const DEPTH_MAX = 12;
const DURATION_MIN_MICROS = 150;
const EDGE_SERVICES = 4;
/** Log records per span, by kind, before they are scaled to what is asked for. */
const LOGS = { Server: 3, Client: 0.4, Internal: 1, Producer: 0.5, Consumer: 3 } as const;

/** Pure. */
export function makeRoutes(services: readonly Service[], seed: number): readonly RouteSpan[] {
  const random = new Random(seed);
  return Array.from({ length: ROUTES }, (_, route) => makeRoute(services, random, route)).flat();
}

/** @returns how many of a thing one trace has in the mean, when routes are as frequent as they are */
export function meanPerTrace(
  spans: readonly RouteSpan[],
  countOf: (span: RouteSpan) => number,
): number {
  const share = (route: number): number => (route / ROUTES) ** (1 / ROUTE_SKEW);
  return spans.reduce(
    (sum, span) => sum + countOf(span) * (share(span.route + 1) - share(span.route)),
    0,
  );
}

type Draft = Omit<RouteSpan, "failsWith">;

function makeRoute(
  services: readonly Service[],
  random: Random,
  route: number,
): readonly RouteSpan[] {
  const wanted = SPANS_MIN + Math.floor((SPANS_MAX - SPANS_MIN + 1) * random.next() ** 3);
  const service = random.below(EDGE_SERVICES);
  const durationMicros = Math.floor(20_000 * 40 ** random.next());
  const name = random.pick(services[service]?.served ?? [], 2);
  const growing = new GrowingRoute(services, random, route);
  growing.add({
    parent: -1,
    service,
    startMicros: 0,
    durationMicros,
    kind: "Server",
    flavour: "http",
    name,
    peer: "",
  });
  while (growing.spans.length < wanted) growing.grow(wanted - growing.spans.length);
  const { spans } = growing;
  return spans.map((span) => ({ ...span, failsWith: below(spans, span.place) }));
}

type Addition = Omit<Draft, "route" | "place" | "logs">;

class GrowingRoute {
  readonly spans: Draft[] = [];
  readonly #depths: number[] = [];
  readonly #services: readonly Service[];
  readonly #random: Random;
  readonly #route: number;

  constructor(services: readonly Service[], random: Random, route: number) {
    this.#services = services;
    this.#random = random;
    this.#route = route;
  }

  /** @returns its place */
  add(span: Addition): number {
    const place = this.spans.length;
    this.spans.push({ ...span, route: this.#route, place, logs: LOGS[span.kind] });
    this.#depths.push((this.#depths[span.parent] ?? -1) + 1);
    return place;
  }

  /** Adds a span below one that can have some, or two: a caller's and the one's it calls. */
  grow(room: number): void {
    const random = this.#random;
    const parent = random.pick(
      this.spans.filter(
        ({ kind, place }) =>
          kind !== "Client" && kind !== "Producer" && (this.#depths[place] ?? 0) < DEPTH_MAX,
      ),
    );
    const own = this.#service(parent.service);
    const after = Math.floor(parent.durationMicros * (0.02 + 0.6 * random.next()));
    const lasting = Math.floor(parent.durationMicros * (0.08 + 0.27 * random.next()));
    const inside = {
      parent: parent.place,
      service: parent.service,
      startMicros: parent.startMicros + after,
      durationMicros: Math.max(DURATION_MIN_MICROS, lasting),
    };
    const choice = random.next();
    if (choice < 0.22) {
      const name = random.pick(own.internal, 2);
      this.add({ ...inside, kind: "Internal", flavour: "", name, peer: "" });
    } else if (choice < 0.5 || own.calls.length === 0 || room < 2) {
      const name = random.pick(own.statements, 2);
      this.add({ ...inside, kind: "Client", flavour: "database", name, peer: own.databaseHost });
    } else if (choice < 0.57) this.#publish(inside, own);
    else this.#call(inside, own);
  }

  /** Received after it was sent, and not waited for. */
  #publish(inside: Placement, own: Service): void {
    const random = this.#random;
    const service = random.pick(own.calls);
    const message = { flavour: "messaging", peer: own.topic } as const;
    const parent = this.add({
      ...inside,
      ...message,
      durationMicros: 500 + random.below(1_500),
      kind: "Producer",
      name: `publish ${own.topic}`,
    });
    const startMicros = inside.startMicros + 5_000 + random.below(200_000);
    this.add({
      ...inside,
      ...message,
      parent,
      service,
      startMicros,
      kind: "Consumer",
      name: `process ${own.topic}`,
    });
  }

  #call(inside: Placement, own: Service): void {
    const service = this.#random.pick(own.calls);
    const called = this.#service(service);
    const name = this.#random.pick(called.served, 2);
    const method = name.replace(/ .*/, "");
    const http = { flavour: "http", peer: called.name } as const;
    const parent = this.add({ ...inside, ...http, kind: "Client", name: method });
    const network = Math.floor(inside.durationMicros * 0.04);
    this.add({
      ...http,
      parent,
      service,
      kind: "Server",
      name,
      peer: "",
      startMicros: inside.startMicros + network,
      durationMicros: inside.durationMicros - 2 * network,
    });
  }

  #service(place: number): Service {
    const service = this.#services[place];
    if (service === undefined) throw new Error(`a span of service ${place}, which is not there`);
    return service;
  }
}

type Placement = Pick<Draft, "parent" | "service" | "startMicros" | "durationMicros">;

/** @returns the place itself and every place below it that is waited for */
function below(spans: readonly Draft[], place: number): readonly number[] {
  const found = [place];
  for (const span of spans) {
    if (span.kind !== "Consumer" && span.place > place && found.includes(span.parent)) {
      found.push(span.place);
    }
  }
  return found;
}
