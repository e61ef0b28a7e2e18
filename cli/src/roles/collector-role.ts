import { join } from "node:path";
import { startCollector } from "@throughline/collector";
import { listOf } from "./list-of.ts";
import type { Role } from "./role-process.ts";

export const collectorRole: Role = {
  name: "collector",
  user: "owner",
  async start({ settings, limits, clickhouse, logger }) {
    const collector = await startCollector({
      host: settings.host,
      grpcPort: settings.otlpGrpcPort,
      httpPort: settings.otlpHttpPort,
      zipkinPort: settings.zipkinPort,
      spoolDir: join(settings.dataDir, "spool"),
      agentConfigFile: settings.agentConfigFile,
      rulesFile: settings.rules,
      redactionKey: settings.redactionKey,
      ...(settings.collectorCorsOrigins === undefined
        ? {}
        : { corsOrigins: listOf(settings.collectorCorsOrigins) }),
      clickhouse,
      limits: limits.collector,
      logger,
    });
    return {
      addresses: [`OTLP/gRPC ${collector.grpcAddress}`, `OTLP/HTTP ${collector.httpAddress}`],
      stop: () => collector.stop(),
      reload: () => collector.reloadRules("SIGHUP"),
    };
  },
};
