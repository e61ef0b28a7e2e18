import { isInRange } from "./version-range.ts";
import type { ServiceIdentity } from "../service.ts";
import type { Environment, Settings } from "../settings.ts";
import { ok, problem, type Finding } from "./finding.ts";

const NODE_RANGE = ">=22.15.0";

export function checkNode(version: string): Finding {
  const text = `Node.js ${version}`;
  return isInRange(version.replace(/^v/, ""), NODE_RANGE)
    ? ok("node", text)
    : problem("node", `${text} is older than 22.15`, "npm install --save-exact node@24");
}

/** @param warnings what reading the settings complained about, one line each */
export function checkSettings(
  settings: Settings,
  warnings: readonly string[],
  environment: Environment,
): readonly Finding[] {
  const findings = warnings.map((line) =>
    problem(
      "settings",
      line,
      `unset ${/OTEL_\w+|THROUGHLINE_\w+/.exec(line)?.[0] ?? "OTEL_EXPORTER_OTLP_PROTOCOL"}`,
    ),
  );
  if (settings.disabled) {
    findings.push(
      problem(
        "settings",
        "OTEL_SDK_DISABLED is set: nothing is captured",
        "unset OTEL_SDK_DISABLED",
      ),
    );
  }
  if (environment["OTEL_TRACES_SAMPLER"]?.includes("always_off") === true) {
    const text = `OTEL_TRACES_SAMPLER=${environment["OTEL_TRACES_SAMPLER"]}: no trace begins here`;
    findings.push(problem("settings", text, "unset OTEL_TRACES_SAMPLER"));
  }
  const propagators = environment["OTEL_PROPAGATORS"];
  if (propagators !== undefined && !propagators.includes("tracecontext")) {
    const text = `OTEL_PROPAGATORS=${propagators} leaves out tracecontext: other services will not join its traces`;
    findings.push(problem("settings", text, "export OTEL_PROPAGATORS=tracecontext,baggage"));
  }
  return findings;
}

/** @param identity what the nearest package.json says, which counts where the environment names nothing */
export function checkService(identity: ServiceIdentity, environment: Environment): Finding {
  const named = environment["OTEL_SERVICE_NAME"]?.trim();
  if (named !== undefined && named !== "") {
    return ok("service", `service name "${named}", from OTEL_SERVICE_NAME`);
  }
  const attribute = /(?:^|,)\s*service\.name\s*=\s*([^,]+)/.exec(
    environment["OTEL_RESOURCE_ATTRIBUTES"] ?? "",
  )?.[1];
  if (attribute !== undefined) {
    return ok("service", `service name "${attribute.trim()}", from OTEL_RESOURCE_ATTRIBUTES`);
  }
  if (identity.name !== undefined) {
    return ok("service", `service name "${identity.name}", from package.json`);
  }
  return problem(
    "service",
    "no service name: everything will be shown as unknown_service",
    "export OTEL_SERVICE_NAME=my-service",
  );
}
