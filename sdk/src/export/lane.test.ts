import { ExportResultCode } from "@opentelemetry/core";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import { expect, test } from "vitest";
import { flushWithin } from "../exit/final-flush.ts";
import { Lane } from "./lane.ts";

interface Item {
  readonly resource: Resource;
}

/** A lane and the resource attributes of each batch when it was exported. */
function createLane(): { readonly lane: Lane<Item>; readonly exported: unknown[] } {
  const exported: unknown[] = [];
  const lane = new Lane<Item>({
    target: { signal: "logs", protocol: "grpc", endpoint: undefined },
    limits: { queueItemsMax: 10, queueBytesMax: 1_000, batchItemsMax: 10, scheduleDelayMs: 60_000 },
    exporter: {
      export: (items, answer) => {
        exported.push(items[0]?.resource.attributes);
        answer({ code: ExportResultCode.SUCCESS });
      },
    },
    rank: () => 1,
    sizeBytes: () => 1,
    pack: () => new Uint8Array(),
    unpack: () => [],
    onOutcome: () => undefined,
    createOverflow: undefined,
    writeSpoolSync: () => false,
  });
  return { lane, exported };
}

test("what is sent waits for the resource attributes that a detector still asks for", async () => {
  const { lane, exported } = createLane();
  const region = Promise.withResolvers<string>();
  const resource = resourceFromAttributes({ cloud: "aws", region: region.promise });
  lane.queue.add({ resource });
  const flushed = lane.queue.flush();
  await new Promise(setImmediate);
  expect(exported).toEqual([]);
  region.resolve("eu-west-1");
  expect(await flushed).toBe(true);
  expect(exported).toEqual([{ cloud: "aws", region: "eu-west-1" }]);
});

test("the last flush waits for them half of its time, then sends what is known", async () => {
  const { lane, exported } = createLane();
  const never = new Promise<string>(() => undefined);
  lane.queue.add({ resource: resourceFromAttributes({ cloud: "aws", region: never }) });
  // Behind a proxy nobody asks whether the collector can be reached.
  const undelivered = await flushWithin({ lanes: [lane] }, 400, { http_proxy: "http://proxy" });
  expect(undelivered.size).toBe(0);
  expect(exported).toEqual([{ cloud: "aws" }]);
});
