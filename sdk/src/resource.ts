import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { getResourceDetectors } from "@opentelemetry/auto-instrumentations-node";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
  type ResourceDetector,
} from "@opentelemetry/resources";
import type { ServiceIdentity } from "./service.ts";
import type { Environment, Settings } from "./settings.ts";

/** Exports wait for attributes that detectors ask the network for, and nobody has to answer. */
const DETECTOR_ANSWER_MS_MAX = 5_000;

/**
 * Who speaks, weakest source first: package.json and the machine, then the environment
 * (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES), then what code asked for.
 * The command line is left out on purpose: it is where secrets are found.
 * @returns a resource whose attributes may be known later, after DETECTOR_ANSWER_MS_MAX at most
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
    .merge(
      detectResources({
        detectors: detectors.map((each) => answerWithin(each, DETECTOR_ANSWER_MS_MAX)),
      }),
    )
    .merge(
      resourceFromAttributes({
        ...settings.resourceAttributes,
        ...serviceAttributes(settings.serviceName, settings.serviceVersion),
      }),
    );
}

/** The same detector; attributes that it does not know after `waitMs` milliseconds are left out. */
export function answerWithin(detector: ResourceDetector, waitMs: number): ResourceDetector {
  return {
    detect: (config) => {
      const { attributes = {}, ...rest } = detector.detect(config);
      const answered: typeof attributes = {};
      for (const [name, value] of Object.entries(attributes)) {
        answered[name] =
          value instanceof Promise
            ? Promise.race([value, sleep(waitMs, undefined, { ref: false })])
            : value;
      }
      return { ...rest, attributes: answered };
    },
  };
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
