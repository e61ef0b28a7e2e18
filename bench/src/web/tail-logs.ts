/** Lines over OTLP/HTTP at a steady rate, in batches as an SDK sends them. */
const BATCH_MS = 125;
const SERVICES = ["checkout", "payments", "inventory", "mailer"];
const NANOS_PER_MS = 1_000_000n;

export interface LogSource {
  /** Lines that the collector has acknowledged. */
  readonly sent: number;
  stop(): Promise<void>;
}

/** @param collector `host:port` of OTLP/HTTP */
export function startLogs(collector: string, linesPerSecond: number): LogSource {
  const perBatch = Math.round((linesPerSecond * BATCH_MS) / 1000);
  const started = performance.now();
  let [asked, sent] = [0, 0];
  const running = new Set<Promise<void>>();
  const timer = setInterval(() => {
    // What the clock says is due, so that a late timer loses nothing.
    const due = Math.floor((performance.now() - started) / BATCH_MS) * perBatch;
    while (asked < due) {
      const from = asked;
      asked += perBatch;
      const one = send(collector, from, perBatch).then(() => {
        sent += perBatch;
        running.delete(one);
      });
      running.add(one);
    }
  }, BATCH_MS);
  return {
    get sent() {
      return sent;
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

async function send(collector: string, from: number, count: number): Promise<void> {
  const service = SERVICES[(from / count) % SERVICES.length] ?? "checkout";
  const response = await fetch(`http://${collector}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      resourceLogs: [
        {
          resource: {
            attributes: [text("service.name", service), text("host.name", `node-${from % 7}`)],
          },
          scopeLogs: [{ scope: { name: "bench" }, logRecords: lines(from, count) }],
        },
      ],
    }),
  });
  if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  await response.arrayBuffer();
}

function lines(from: number, count: number) {
  const now = BigInt(Date.now()) * NANOS_PER_MS;
  return Array.from({ length: count }, (_, i) => {
    const number = from + i;
    const isError = number % 50 === 0;
    return {
      timeUnixNano: String(now + BigInt(i)),
      severityNumber: isError ? 17 : 9,
      severityText: isError ? "ERROR" : "INFO",
      body: {
        stringValue: `order o-${number} of customer ${number % 911} took ${number % 340} ms to be packed`,
      },
      attributes: [
        text("order.id", `o-${number}`),
        text("http.route", `/orders/${number % 12}`),
        text("worker", String(number % 16)),
      ],
      traceId: number.toString(16).padStart(32, "a"),
      spanId: number.toString(16).padStart(16, "b"),
    };
  });
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}
