import { encodeRequest } from "../encode/testing/otlp-types.ts";

const START = 1_763_659_800_000_000_000n;
const times = { startTimeUnixNano: String(START), timeUnixNano: String(START + 1n) };
const attributes = [{ key: "http.route", value: { stringValue: "/orders/{id}" } }];
const exemplars = [
  {
    timeUnixNano: String(START),
    asDouble: 0.25,
    traceId: new Uint8Array(16).fill(7),
    spanId: new Uint8Array(8).fill(9),
    filteredAttributes: attributes,
  },
];

/** A request with a data point of every kind that OTLP has. */
export function sampleMetrics(): Uint8Array {
  const point = { ...times, attributes, flags: 1, exemplars };
  const metrics = [
    { name: "pool.idle", unit: "1", gauge: { dataPoints: [{ ...point, asDouble: 1.5 }] } },
    {
      name: "requests",
      sum: {
        dataPoints: [{ ...point, asInt: "42" }],
        aggregationTemporality: 2,
        isMonotonic: true,
      },
    },
    {
      name: "duration",
      histogram: {
        dataPoints: [
          { ...point, count: 3, sum: 6, bucketCounts: [1, 2], explicitBounds: [2], min: 1, max: 4 },
        ],
        aggregationTemporality: 1,
      },
    },
    {
      name: "size",
      exponentialHistogram: {
        dataPoints: [
          {
            ...point,
            count: 3,
            sum: 6,
            scale: 2,
            zeroCount: 1,
            positive: { offset: 1, bucketCounts: [1, 1] },
            negative: { offset: -1, bucketCounts: [1] },
          },
        ],
        aggregationTemporality: 1,
      },
    },
    {
      name: "latency",
      summary: {
        dataPoints: [
          {
            ...times,
            attributes,
            count: 2,
            sum: 3,
            quantileValues: [{ quantile: 0.5, value: 1.5 }],
          },
        ],
      },
    },
  ];
  const service = { key: "service.name", value: { stringValue: "shop" } };
  return encodeRequest("metrics", {
    resourceMetrics: [
      { resource: { attributes: [service] }, scopeMetrics: [{ scope: { name: "s" }, metrics }] },
    ],
  });
}
