/** `throughline services`: who sends, how much, how fast. */
import { Services } from "@throughline/query/wire";
import { asking, exitCodeOf, textOption } from "../ask/asking.ts";
import { inertJson } from "../ask/inert-text.ts";
import { serviceLines } from "../ask/service-table.ts";
import type { Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  const range = { from: textOption(invocation, "from"), to: textOption(invocation, "to") };
  return asking(invocation, async ({ client, json, out, note, palette, width }) => {
    const { services, meta } = await client.get(Services, "/api/services", range);
    const lines = json
      ? services.map((service) => inertJson(service))
      : serviceLines(services, { width, palette });
    if (services.length > 0) for (const line of lines) out(line);
    else note("no service has sent anything in this time");
    if (!meta.complete) note(`not all of them: ${meta.reason ?? "a limit was reached"}`);
    return exitCodeOf(services.length, meta.complete);
  });
}
