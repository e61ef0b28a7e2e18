import { join } from "node:path";
import { inert } from "../ask/inert-text.ts";
import { CommandError, loadSettings, type Invocation, type LoadedSettings } from "../command.ts";
import { demoLines } from "../demo/demo-lines.ts";
import { waitForWholeTrace } from "../demo/whole-trace.ts";
import { endpointsOf } from "../endpoints.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readyLine } from "../supervisor/ready-lines.ts";
import { runProduct, type Companion } from "../supervisor/run-product.ts";
import { productVersion } from "../version.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const requestsPerSecond = rateOption(invocation);
  const loaded = withOwnDataDir(loadSettings(invocation), invocation.workingDir);
  const endpoints = endpointsOf(loaded.settings);
  return runProduct({
    loaded,
    terminal,
    onReady: async (_report, signal) => {
      terminal.out(readyLine(productVersion(), performance.now()));
      terminal.out("Opening a small shop: five services, a queue, a database, and customers.");
      const shop = await openShop(endpoints.otlpGrpc, requestsPerSecond);
      // Not awaited here: Ctrl-C must stop the shop while its first trace is still under way.
      void showFirstTrace(shop, endpoints.ui, signal).then(
        (lines) => terminal.out(lines.join("\n")),
        (error: unknown) => {
          if (!signal.aborted) {
            terminal.err(
              `throughline: ${inert(error instanceof Error ? error.message : String(error))}`,
            );
          }
        },
      );
      return shop;
    },
  });
}

interface DemoShop extends Companion {
  firstInterestingTraceId(): Promise<string>;
}

/** The demo is a part of the source tree only: an installed product does not carry a shop. */
async function openShop(otlpEndpoint: string, requestsPerSecond: number): Promise<DemoShop> {
  const { startShop } = await import("@throughline/demo/shop.ts").catch((cause: unknown) => {
    throw new CommandError(
      "the demo is not installed here; run it from a clone: npm run demo",
      EXIT.failed,
      {
        cause,
      },
    );
  });
  const options = { otlpEndpoint, nodePath: process.execPath, requestsPerSecond };
  return startShop(options).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`the shop did not open: ${reason}`, EXIT.failed, { cause });
  });
}

async function showFirstTrace(
  shop: DemoShop,
  uiUrl: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const traceId = await shop.firstInterestingTraceId();
  const whole = await waitForWholeTrace({ apiUrl: uiUrl, traceId, signal });
  return demoLines({ uiUrl, traceId, whole });
}

/** Made-up data does not belong beside a user's own; but where the user said where, it goes there. */
function withOwnDataDir(loaded: LoadedSettings, workingDir: string): LoadedSettings {
  const given = loaded.effective.some(
    ({ definition, source }) => definition.key === "dataDir" && source !== "default",
  );
  const dataDir = join(workingDir, "data", "demo");
  return given ? loaded : { ...loaded, settings: { ...loaded.settings, dataDir } };
}

const RATE_DEFAULT = 3;
const RATE_MAX = 100;

function rateOption({ options }: Invocation): number {
  const text = options["rate"];
  const rate = text === undefined ? RATE_DEFAULT : Number(text);
  if (!(rate > 0 && rate <= RATE_MAX)) {
    throw new CommandError(
      `--rate is ${JSON.stringify(text)}; expected requests per second, above 0 and at most ${RATE_MAX}`,
      EXIT.usage,
    );
  }
  return rate;
}
