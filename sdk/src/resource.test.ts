import { createServer } from "node:http";
import { detectResources } from "@opentelemetry/resources";
import { expect, test } from "vitest";
import { answerWithin } from "./resource.ts";
import { appTest } from "./testing/app-suite.ts";

appTest("what a detector learns later is on every span and record", async ({ suite }) => {
  const arn = "arn:aws:ecs:eu-west-1:1234:task/shop/1";
  const answer = JSON.stringify({ ContainerARN: arn, TaskARN: arn, Cluster: "c", Family: "shop" });
  const metadata = createServer((_request, response) => {
    setTimeout(() => response.end(answer), 300);
  });
  await new Promise<void>((resolve) => metadata.listen(0, "127.0.0.1", resolve));
  const address = metadata.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await suite.run("http-pino.mjs", {
    OTEL_NODE_RESOURCE_DETECTORS: "env,aws",
    ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}`,
    OTEL_BLRP_SCHEDULE_DELAY: "1",
  }).ended;
  metadata.close();
  const { spans, logs } = suite.receiver;
  expect([spans.length, logs.length]).toEqual([2, 3]);
  for (const { resource } of [...spans, ...logs]) {
    expect(resource).toMatchObject({
      "service.name": "throughline-test-apps",
      "cloud.platform": "aws_ecs",
      "aws.ecs.task.family": "shop",
    });
  }
});

test("a detector that gets no answer is given up, what it knew stays", async () => {
  const never = new Promise<string>(() => undefined);
  const detector = {
    detect: () => ({ attributes: { known: 1, soon: Promise.resolve("s"), never } }),
  };
  const resource = detectResources({ detectors: [answerWithin(detector, 10)] });
  await resource.waitForAsyncAttributes?.();
  expect(resource.attributes).toEqual({ known: 1, soon: "s" });
});
