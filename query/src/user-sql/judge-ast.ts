/**
 * What a statement would do, as ClickHouse itself read it (EXPLAIN AST): functions, tables, settings, however they were
 * quoted, commented or spelt. This closes what no grant does: run as a library, ClickHouse's scalar `file('/path')`
 * reads any file that its process may.
 */

/** Functions that read something besides the tables, wait on purpose, or run text as SQL. Lower case. */
const DENIED =
  /^(file|ai[a-z_]*|catboostevaluate|naivebayes.*|modelevaluate|dictget.*|dicthas|dictisin|dictionary|joinget.*|sleep.*|addressto.*|demangle|getclienthttpheader|getserversetting|getserverport|getmacro|showcertificate|filesystem.*|eval|executable.*|(url|s3|gcs|oss|cosn|hdfs|azure|iceberg|delta|hudi|paimon|ytsaurus)[a-z0-9]*(cluster|local|azure|s3|hdfs|lake.*|storage)?|remote|remotesecure|cluster|clusterallreplicas|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|input|merge|loop|fuzz.*|arrowflight|prometheus.*|timeseriesselector|timeseriesmetrics|timeseriestags|timeseriessamples|timeseriesdata|mergetree(index|projection|analyze).*|view|viewifpermitted|viewexplain|generaterandom)$/;

/** Ordinary functions whose names begin like those of a source. */
const ORDINARY = /^(url(hash|hierarchy|pathhierarchy)|s2.*)$/;

/** Table functions that make rows of their arguments, or read an index of a table that may be read. */
const TABLE_FUNCTIONS = new Set(
  "numbers numbers_mt zeros zeros_mt generateseries generate_series primes values sqlstandardvalues null mergetreetextindex".split(
    " ",
  ),
);

/** What tells nothing of other users and other databases. */
const SYSTEM_TABLES = new Set(
  "system.one system.numbers system.columns system.tables system.databases system.functions system.data_type_families system.table_functions system.formats".split(
    " ",
  ),
);

export interface AstContext {
  /** The telemetry database. */
  readonly database: string;
  /** Tables and views in it: a parameterized view looks like a table function. */
  readonly tables: ReadonlySet<string>;
}

/**
 * Pure.
 * @param lines of EXPLAIN AST
 * @returns why the statement is refused; undefined when it is not
 */
export function judgeAst(lines: readonly string[], context: AstContext): string | undefined {
  let before = "";
  for (const line of lines) {
    const [, node = "", name = ""] =
      /^\s*(\w+)(?: (.*?))?(?: \(alias .*)?(?: \(children \d+\))?$/.exec(line) ?? [];
    const why = judgeNode(node, name, { ...context, isSource: before === "TableExpression" });
    if (why !== undefined) return why;
    before = node;
  }
  return undefined;
}

interface NodeContext extends AstContext {
  readonly isSource: boolean;
}

function judgeNode(node: string, name: string, context: NodeContext): string | undefined {
  switch (node) {
    case "Set":
      return "SETTINGS is refused: the limits are the service's.";
    case "Function":
      return judgeFunction(name, context);
    case "TableIdentifier":
      return judgeTable(name, context.database);
    default:
      return undefined;
  }
}

function judgeFunction(name: string, { isSource, tables }: NodeContext): string | undefined {
  const lower = name.toLowerCase();
  if (isDeniedFunction(lower)) return `The function ${name.slice(0, 60)} is refused.`;
  if (!isSource || TABLE_FUNCTIONS.has(lower) || tables.has(name)) return undefined;
  return `The table function ${name.slice(0, 60)} is refused; a parameterized view of the telemetry database is not.`;
}

export function isDeniedFunction(name: string): boolean {
  const lower = name.toLowerCase();
  return DENIED.test(lower) && !ORDINARY.test(lower);
}

function judgeTable(name: string, database: string): string | undefined {
  const plain = name.replaceAll("`", "");
  if (SYSTEM_TABLES.has(plain.toLowerCase())) return undefined;
  if (!plain.includes(".") || plain.startsWith(`${database}.`)) return undefined;
  const isSystem = /^(system|information_schema)\./i.test(plain);
  const isRead = isSystem ? [...SYSTEM_TABLES].join(", ") : `the tables of ${database}`;
  return `${plain.slice(0, 100)} is refused; what may be read is ${isRead}.`;
}
