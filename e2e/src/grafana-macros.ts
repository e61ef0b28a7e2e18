/** What Grafana and its ClickHouse data source make of a panel's SQL before it is sent. */

export interface Context {
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  readonly intervalSeconds: number;
  /** The dashboard's variables; several values for those that take several, `$__all` for all of them. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/** @throws when a macro or a variable is left that nobody knows */
export function expand(sql: string, context: Context): string {
  const macros = expandMacros(substitute(removeConditions(sql, context), context), context);
  const left = /\$\{?\w+/.exec(macros);
  if (left !== null) throw new Error(`nothing expands ${left[0]} in:\n${macros}`);
  return macros;
}

/** `$__conditionalAll(condition, $variable)` is 1=1 where the variable is empty or all of its values. */
function removeConditions(sql: string, context: Context): string {
  const macro = "$__conditionalAll";
  const start = sql.indexOf(macro);
  if (start === -1) return sql;
  const { args, end } = argumentsAt(sql, start + macro.length);
  const name = (args.at(-1) ?? "").trim().replace(/^\$/, "");
  const values = context.variables[name];
  if (values === undefined) throw new Error(`no variable ${name}`);
  const unset = values.every((value) => value === "" || value === "$__all");
  const condition = unset ? "1=1" : args.slice(0, -1).join(",");
  return removeConditions(sql.slice(0, start) + condition + sql.slice(end), context);
}

function substitute(sql: string, { variables }: Context): string {
  return sql.replaceAll(/\$\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string) => {
    const values = variables[name];
    if (values === undefined) throw new Error(`no variable ${name}`);
    if (format === "sqlstring") {
      return values.map((value) => `'${value.replaceAll("'", "''")}'`).join(",");
    }
    if (format !== undefined) throw new Error(`no format ${format}`);
    return values.join(",");
  });
}

const MACROS: Readonly<Record<string, (context: Context, args: readonly string[]) => string>> = {
  fromTime: ({ from }) => `toDateTime(${from})`,
  toTime: ({ to }) => `toDateTime(${to})`,
  timeFilter: ({ from, to }, [column]) =>
    `${column} >= toDateTime(${from}) AND ${column} <= toDateTime(${to})`,
  timeInterval: ({ intervalSeconds }, [column]) =>
    `toStartOfInterval(toDateTime(${column}), INTERVAL ${intervalSeconds} second)`,
  interval_s: ({ intervalSeconds }) => String(intervalSeconds),
};

function expandMacros(sql: string, context: Context): string {
  const found = /\$__(\w+)/.exec(sql);
  if (found === null) return sql;
  const [whole, name = ""] = found;
  const macro = MACROS[name];
  if (macro === undefined) throw new Error(`no macro ${whole}`);
  const after = found.index + whole.length;
  const { args, end } = sql[after] === "(" ? argumentsAt(sql, after) : { args: [], end: after };
  const expanded = sql.slice(0, found.index) + macro(context, args) + sql.slice(end);
  return expandMacros(expanded, context);
}

/** @param open where the bracket opens; commas inside of further brackets separate nothing */
function argumentsAt(
  sql: string,
  open: number,
): { readonly args: readonly string[]; readonly end: number } {
  const args: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < sql.length; at += 1) {
    const character = sql[at];
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character !== "," || depth !== 1) continue;
    if (depth > 1 || (character === "(" && depth === 1)) continue;
    if (character === ")" && depth === 1) continue;
    args.push(sql.slice(start, at));
    start = at + 1;
    if (depth === 0) return { args, end: at + 1 };
  }
  throw new Error(`a bracket that never closes: ${sql.slice(open, open + 80)}`);
}
