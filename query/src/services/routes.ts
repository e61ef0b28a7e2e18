import { readRange, refuse, toServicesRange } from "../http/parse-query.ts";
import { type App, type RouteContext, signalOf } from "../http/serve.ts";
import { shared } from "../http/share.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { type ErrorsQuery, SERVICE_ENDPOINTS } from "./endpoints.ts";
import { type ErrorsQuestion, readErrors } from "./read-errors.ts";
import { readService } from "./read-service.ts";
import { readServices } from "./read-services.ts";
import { readStatus } from "./read-status.ts";
import { type OperationKey, readTypical } from "./read-typical.ts";

const HOUR = 3_600n * NANOS_PER_SECOND;

export function installServiceRoutes(app: App, context: RouteContext): void {
  const { searcher, options, now } = context;
  const { services, status } = SERVICE_ENDPOINTS;
  app.get(services.url, { schema: { querystring: services.querystring } }, (request, reply) => {
    const { environment, compare, sparklines = false } = request.query;
    const range = toServicesRange(request.query, now());
    return shared(context, request, reply, (signal) =>
      readServices(searcher, { range, environment, compare, sparklines }, signal),
    );
  });
  app.get(status.url, { schema: { querystring: status.querystring } }, (_, reply) =>
    readStatus(searcher, options, signalOf(reply)),
  );
  installServiceRoute(app, context);
  installTypicalRoute(app, context);
}

function installServiceRoute(app: App, context: RouteContext): void {
  const { searcher, now } = context;
  const { service, serviceErrors } = SERVICE_ENDPOINTS;
  app.get(
    service.url,
    { schema: { params: service.params, querystring: service.querystring } },
    (request, reply) => {
      const { buckets = 100, compare, status } = request.query;
      const question = {
        ...toErrorsQuestion(request.params.name, request.query, now()),
        bucketsMax: buckets,
        status: status === undefined ? undefined : asStored(status),
        compare,
      };
      return shared(context, request, reply, (signal) => readService(searcher, question, signal));
    },
  );
  app.get(
    serviceErrors.url,
    { schema: { params: serviceErrors.params, querystring: serviceErrors.querystring } },
    (request, reply) => {
      const question = toErrorsQuestion(request.params.name, request.query, now());
      return shared(context, request, reply, (signal) => readErrors(searcher, question, signal));
    },
  );
}

function installTypicalRoute(app: App, context: RouteContext): void {
  const { typical } = SERVICE_ENDPOINTS;
  app.get(typical.url, { schema: { querystring: typical.querystring } }, (request, reply) => {
    const at = context.now();
    const range = readRange(request.query, at, at - HOUR);
    const keys = request.query.key.map(toOperationKey);
    return shared(context, request, reply, (signal) =>
      readTypical(
        context.searcher,
        { keys, range, environment: request.query.environment },
        signal,
      ),
    );
  });
}

function toErrorsQuestion(service: string, query: ErrorsQuery, now: bigint): ErrorsQuestion {
  const { operation, kind, version, environment } = query;
  return {
    service,
    range: readRange(query, now, now - 24n * HOUR),
    operation,
    kind: kind === undefined ? undefined : asStored(kind),
    version,
    environment,
  };
}

/** With a capital. */
function asStored(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function toOperationKey(text: string): OperationKey {
  const [service, operation, kind, ...more] = readArray(text);
  const right =
    typeof service === "string" && typeof operation === "string" && typeof kind === "string";
  if (!right || more.length > 0) {
    throw refuse("key", text, 'a JSON array of three texts: ["service","operation","Server"]');
  }
  return { service, operation, kind };
}

function readArray(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
