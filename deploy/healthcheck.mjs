/**
 * Is the product in this container well? Run by Docker; exit code 0 says yes. Asks the collector and the query API that
 * they live. Not that ClickHouse answers: the collector takes data without it, and a restart would not bring it back.
 *
 *   node deploy/healthcheck.mjs                 both, as `throughline start` runs them
 *   node deploy/healthcheck.mjs collector       one role
 */
import process from "node:process";

const ALL = {
  collector: `http://127.0.0.1:${process.env.THROUGHLINE_OTLP_HTTP_PORT || 4318}/healthz`,
  query: `http://127.0.0.1:${process.env.THROUGHLINE_HTTP_PORT || 8417}/healthz`,
};
const TIMEOUT_MS = 4_000;

const roles = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(ALL);
const answers = await Promise.all(roles.map((role) => ask(role)));
const problems = answers.filter((answer) => answer !== undefined);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);

async function ask(role) {
  const url = ALL[role];
  if (url === undefined) return `unknown role "${role}"; one of: ${Object.keys(ALL).join(", ")}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? undefined : `${role}: ${url} answered ${response.status}`;
  } catch (error) {
    return `${role}: ${url}: ${error.cause?.message ?? error.message}`;
  }
}
