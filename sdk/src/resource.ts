import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { getResourceDetectors } from "@opentelemetry/auto-instrumentations-node";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from "@opentelemetry/resources";
import type { ServiceIdentity } from "./service.ts";
import type { Environment, Settings } from "./settings.ts";

/**
 * Who speaks, weakest source first: package.json and the machine, then the environment
 * (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES), then what code asked for.
 * The command line is left out on purpose: it is where secrets are found.
 */
export function describeResource(
  settings: Settings,
  identity: ServiceIdentity,
  environment: Environment,
): Resource {
  const detectors =
    environment["OTEL_NODE_RESOURCE_DETECTORS"] === undefined
      ? [envDetector]
      : getResourceDetectors();
  return defaultResource()
    .merge(
      resourceFromAttributes({
        ...serviceAttributes(identity.name, identity.version),
        "service.instance.id": randomUUID(),
        "host.name": hostname(),
        "process.pid": process.pid,
        "process.runtime.name": "nodejs",
        "process.runtime.version": process.versions.node,
      }),
    )
    .merge(detectResources({ detectors }))
    .merge(
      resourceFromAttributes({
        ...settings.resourceAttributes,
        ...serviceAttributes(settings.serviceName, settings.serviceVersion),
      }),
    );
}

function serviceAttributes(
  name: string | undefined,
  version: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(name === undefined ? {} : { "service.name": name }),
    ...(version === undefined ? {} : { "service.version": version }),
  };
}
