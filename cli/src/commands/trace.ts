/** `throughline trace ID`: one request in the terminal. */
import { Trace } from "@throughline/query/wire";
import { asking } from "../ask/asking.ts";
import { waterfall } from "../ask/waterfall.ts";
import { CommandError, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

/** Where output is no terminal and no width was asked for. */
const WIDTH_DEFAULT = 100;

export function run(invocation: Invocation): Promise<ExitCode> {
  const [id, ...rest] = invocation.words;
  if (id === undefined || rest.length > 0) {
    throw new CommandError("give one trace id; see throughline trace --help", EXIT.usage);
  }
  return asking(invocation, async ({ client, json, out, note, palette, width }) => {
    const trace = await client.get(Trace, `/api/traces/${encodeURIComponent(id)}`, {});
    if (json) {
      out(JSON.stringify(trace));
    } else {
      for (const line of waterfall(trace, { width: width ?? WIDTH_DEFAULT, palette })) out(line);
    }
    if (trace.meta.complete) return EXIT.ok;
    note(`not the whole request: ${trace.meta.reason ?? "a limit was reached"}`);
    return EXIT.cut;
  });
}
