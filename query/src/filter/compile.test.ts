/** Goal: the SQL of each form is reviewed. Method: `testdata/*.sql` has the conditions and the bound values of fifty filters. */
import { describe, expect, test } from "vitest";
import { logRollupWhere } from "../search/filters.ts";
import { type Where, allOf } from "../sql/sql.ts";
import { compileCondition } from "./compile.ts";
import type { Condition } from "./condition.ts";
import type { FilterSignal } from "./fields.ts";
import { parseFilter } from "./parse.ts";
import { resolveFilter } from "./resolve.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

const GOLDEN: Readonly<Record<string, readonly (readonly [FilterSignal, string])[]>> = {
  words: [
    ["logs", "timeout"],
    ["logs", "card declined"],
    ["logs", '"card declined"'],
    ["logs", "order-123"],
    ["logs", "!!!"],
    ["logs", "time*"],
    ["logs", "/time(d )?out/"],
    ["logs", "NOT timeout"],
    ["traces", "timeout"],
    ["traces", '"card declined"'],
    ["traces", "/time(d )?out/"],
  ],
  "text-fields": [
    ["logs", 'body:"card declined"'],
    ["logs", 'body="card declined"'],
    ["logs", "body:declin*"],
    ["traces", "status.message:timeout"],
  ],
  columns: [
    ["logs", "service:shop"],
    ["logs", "service!=shop"],
    ["logs", "service:(shop OR pay)"],
    ["logs", "service:sh*p_1%"],
    ["logs", "event:*"],
    ["traces", "name:/^GET/"],
    ["traces", 'name>="GET /a" name<"GET /b"'],
    ["traces", "root:true"],
    ["traces", "kind:server"],
    ["traces", "-status:error"],
    ["traces", "flags:1"],
  ],
  ids: [
    ["logs", `trace:${TRACE_ID.toUpperCase()}`],
    ["logs", "trace:4bf9*"],
    ["logs", "-trace:*"],
    ["traces", `link.trace:${TRACE_ID}`],
    ["traces", "-link.span:*"],
  ],
  severities: [
    ["logs", "severity>=warn"],
    ["logs", "severity:warn"],
    ["logs", "severity:[info TO error}"],
    ["logs", "severity:unset"],
    ["logs", "severity.number:13"],
  ],
  "times-and-durations": [
    ["traces", "duration>100ms"],
    ["traces", "duration:[1.5s TO 2m30s]"],
    ["traces", "duration<0"],
    ["logs", "time>=2026-11-20T14:00:00Z time<2026-11-20T15:00:00Z"],
    ["logs", "observed:*"],
  ],
  attributes: [
    ["logs", "http.route:/pay"],
    ["logs", "http.route=/pay"],
    ["logs", "attr.http.route:/pay"],
    ["logs", "resource.k8s.pod.name:pay-1"],
    ["logs", "scope.x:y"],
    ["logs", "-user.id:7"],
    ["logs", "user.id:*"],
    ["logs", "http.route:/api/*"],
    ["logs", "http.status_code>=500"],
    ["logs", "http.status_code:[400 TO 500}"],
    ["logs", 'build>="2026-01-02"'],
    ["logs", "http.route:/^.api/"],
    ["logs", `"a=b":c`],
    ["logs", `"'; DROP TABLE x; --":"{y:Identifier}"`],
    ["traces", "http.route:/pay"],
    ["traces", "version:2"],
  ],
  events: [
    ["traces", "event:exception"],
    ["traces", "event.name:ret*"],
    ["traces", "exception.type:IOError"],
    ["traces", "event.retry.count>3"],
    ["traces", "-event.exception.escaped:*"],
    ["traces", "link.kind:follows"],
    ["traces", "event.time:[2026-11-20T14:00:00Z TO 2026-11-20T15:00:00Z}"],
    ["traces", "link.flags:1"],
  ],
  "fields-and-words": [
    ["logs", "service:pay severity>=error (timeout OR refused) -http.route:/health"],
    ["traces", "service:(a OR b) AND NOT (duration<1s OR status:ok)"],
  ],
};

const ROLLUP = [
  "service:pay severity>=warn",
  "version:2 OR -env:prod",
  "service:pa* NOT severity.text:INFO",
] as const;

function resolved(signal: FilterSignal, text: string): Condition {
  const parsed = parseFilter(text);
  if (parsed.kind !== "filter") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
  const answer = resolveFilter(parsed.filter, signal);
  if (answer.kind === "error") throw new Error(`${text}: ${JSON.stringify(answer.error)}`);
  return answer.condition;
}

function shown(title: string, where: Where): string {
  const sql = where.conditions.map((each) => `(${each})`).join("\nAND ");
  return `-- ${title}\n-- ${JSON.stringify(where.params)}\n${sql}\n`;
}

describe("golden SQL", () => {
  test.each(Object.keys(GOLDEN))("%s", async (name) => {
    const text = (GOLDEN[name] ?? []).map(([signal, filter]) =>
      shown(`${signal}: ${filter}`, compileCondition(resolved(signal, filter), signal)),
    );
    await expect(text.join("\n")).toMatchFileSnapshot(`testdata/${name}.sql`);
  });

  test("of the per-minute counts", async () => {
    const text = ROLLUP.map((filter) => {
      const where = logRollupWhere({ attributes: [], condition: resolved("logs", filter) });
      if (where === undefined) throw new Error(`${filter} is not answered by the rollup`);
      return shown(filter, where);
    });
    await expect(text.join("\n")).toMatchFileSnapshot("testdata/logs-per-minute.sql");
  });
});

test.each([
  "timeout",
  "service:pay timeout",
  "version:*",
  'version:""',
  "service.version:2",
  "resource.constructor:x",
  "resource.toString:x",
  "resource.__proto__:x",
  `trace:${TRACE_ID}`,
  "event:x",
  "time>0",
  "NOT (service:a OR x:y)",
])("the per-minute counts are not asked what they do not know: %s", (filter) => {
  expect(logRollupWhere({ attributes: [], condition: resolved("logs", filter) })).toBeUndefined();
});

test("no text of a filter is in its SQL, whatever the field, the operator and the signal", () => {
  const mark = "Zq7'\"`{x:Identifier}";
  const quoted = JSON.stringify(mark);
  const forms = [":", "=", "!=", ">", ">=", "<", "<="];
  const names = [
    "body",
    "service",
    "event",
    "scope",
    "name",
    "state",
    quoted,
    `attr.${quoted}`,
    `resource.${quoted}`,
    `scope.${quoted}`,
  ];
  const texts = [
    ...names.flatMap((name) => forms.map((form) => `${name}${form}${quoted}`)),
    ...names.map((name) => `${name}:Zq7*\\'\\"`.replaceAll("\\'", "'")),
    ...names.map((name) => `${name}:/Zq7'/`),
    ...names.map((name) => `${name}:[${quoted} TO ${quoted}]`),
    quoted,
    "Zq7'*",
    "/Zq7'/",
    `exists(${quoted})`,
    `event.${quoted}:x`,
  ];
  let compiled = 0;
  for (const text of texts) {
    for (const signal of ["logs", "traces"] as const) {
      const parsed = parseFilter(text);
      if (parsed.kind !== "filter") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
      const answer = resolveFilter(parsed.filter, signal);
      if (answer.kind === "error") continue;
      const sql = allOf(compileCondition(answer.condition, signal).conditions);
      expect(sql, text).not.toContain("Zq7");
      expect(sql, text).not.toContain("{x:");
      compiled += 1;
    }
  }
  expect(compiled).toBeGreaterThan(150);
});
