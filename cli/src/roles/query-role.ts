import { startQuery } from "@throughline/query";
import { endpointsOf } from "../endpoints.ts";
import { productVersion } from "../version.ts";
import { sqlConnectionFor } from "./connection.ts";
import { listOf } from "./list-of.ts";
import { builtWebRoot } from "./web-root.ts";
import type { Role } from "./role-process.ts";

function requestIds(names: string | undefined): { readonly requestIdAttributes?: string[] } {
  return names === undefined ? {} : { requestIdAttributes: listOf(names) };
}

function corsOrigins(origins: string | undefined): { readonly corsOrigins?: string[] } {
  return origins === undefined ? {} : { corsOrigins: listOf(origins) };
}

export const queryRole: Role = {
  name: "query",
  user: "query",
  async start({ settings, limits, clickhouse, logger }) {
    const endpoints = endpointsOf(settings);
    const webRoot = builtWebRoot();
    const server = await startQuery({
      host: settings.host,
      port: settings.httpPort,
      clickhouse,
      sqlClickhouse: sqlConnectionFor(settings),
      ...requestIds(settings.requestIdAttributes),
      ...corsOrigins(settings.queryCorsOrigins),
      ...(webRoot === undefined ? {} : { webRoot }),
      otlpGrpcEndpoint: endpoints.otlpGrpc,
      otlpHttpEndpoint: endpoints.otlpHttp,
      collectorUrl: settings.collectorUrl ?? endpoints.otlpHttp,
      version: productVersion(),
      logger,
      limits: limits.query,
    });
    return { addresses: [`UI and API ${endpoints.ui}`], stop: () => server.stop() };
  },
};
