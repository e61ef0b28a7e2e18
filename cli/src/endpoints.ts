/** Addresses as a client on this machine would write them. */
import type { Settings } from "./settings/schema.ts";

export interface Endpoints {
  readonly ui: string;
  readonly otlpGrpc: string;
  readonly otlpHttp: string;
}

export function endpointsOf(settings: Settings): Endpoints {
  const host = reachableHost(settings.host);
  return {
    ui: `http://${host}:${settings.httpPort}`,
    otlpGrpc: `http://${host}:${settings.otlpGrpcPort}`,
    otlpHttp: `http://${host}:${settings.otlpHttpPort}`,
  };
}

/** Nobody can connect to "all interfaces"; IPv6 addresses need brackets in a URL. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") {
    return "127.0.0.1";
  }
  return host.includes(":") ? `[${host}]` : host;
}
