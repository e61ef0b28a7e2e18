import { expect, test } from "vitest";
import { exporterUrl, targetAddress } from "./target.ts";

test("the address is the option's, else the signal's, else the general one, else loopback by number", () => {
  const logs = { signal: "logs", protocol: "grpc", endpoint: undefined } as const;
  expect(targetAddress(logs, {})).toEqual({
    host: "127.0.0.1",
    port: 4317,
    text: "http://127.0.0.1:4317",
  });
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://general:1",
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "https://logs",
  };
  expect(targetAddress(logs, environment)).toMatchObject({ host: "logs", port: 443 });
  expect(targetAddress({ ...logs, signal: "traces" }, environment)).toMatchObject({ port: 1 });
  const named = { ...logs, protocol: "http/protobuf", endpoint: "http://[::1]:9/" } as const;
  expect(targetAddress(named, environment)).toEqual({
    host: "::1",
    port: 9,
    text: "http://[::1]:9/v1/logs",
  });
});

test.each(["grpc", "http/protobuf"] as const)(
  "%s: an empty variable counts as none, as for the exporters",
  (protocol) => {
    const logs = { signal: "logs", protocol, endpoint: undefined } as const;
    for (const empty of ["", "  "]) {
      const general = {
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: empty,
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://general:1",
      };
      expect(exporterUrl(logs, general)).toBeUndefined();
      expect(targetAddress(logs, general)).toMatchObject({ host: "general", port: 1 });
      const none = { ...general, OTEL_EXPORTER_OTLP_ENDPOINT: empty };
      expect(exporterUrl(logs, none)).toContain("127.0.0.1");
      expect(targetAddress(logs, none)).toMatchObject({ host: "127.0.0.1" });
    }
  },
);
