import { loadSettings, type Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { readyLines } from "../supervisor/ready-lines.ts";
import { runProduct } from "../supervisor/run-product.ts";
import { productVersion } from "../version.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  const { terminal, workingDir } = invocation;
  const loaded = loadSettings(invocation);
  return runProduct({
    loaded,
    terminal,
    onReady: (report) => {
      const lines = readyLines({
        settings: loaded.settings,
        report,
        version: productVersion(),
        workingDir,
        elapsedMs: performance.now(),
      });
      terminal.out(lines.join("\n"));
      return Promise.resolve(undefined);
    },
  });
}
