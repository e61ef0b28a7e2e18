/**
 * What a statement would do, as ClickHouse itself read it (EXPLAIN AST): functions, tables, settings, however they were
 * quoted, commented or spelt. This closes what no grant does: run as a library, ClickHouse's scalar `file('/path')`
 * reads any file that its process may.
 */
import { type AstNode, readAst } from "./read-ast.ts";

/** Functions that read something besides the tables, wait on purpose, or run text as SQL. Lower case. */
const DENIED =
  /^(file|ai[a-z_]*|catboostevaluate|naivebayes.*|modelevaluate|dictget.*|dicthas|dictisin|dictionary|joinget.*|sleep.*|addressto.*|demangle|getclienthttpheader|getserversetting|getserverport|getmacro|showcertificate|filesystem.*|eval|executable.*|(url|s3|gcs|oss|cosn|hdfs|azure|iceberg|delta|hudi|paimon|ytsaurus)[a-z0-9]*(cluster|local|azure|s3|hdfs|lake.*|storage)?|remote|remotesecure|cluster|clusterallreplicas|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|input|merge|loop|fuzz.*|arrowflight|prometheus.*|timeseriesselector|timeseriesmetrics|timeseriestags|timeseriessamples|timeseriesdata|mergetree(index|projection|analyze).*|view|viewifpermitted|viewexplain|generaterandom)$/;

/** Ordinary functions whose names begin like those of a source. */
const ORDINARY = /^(url(hash|hierarchy|pathhierarchy)|s2.*)$/;

/** Reads an index of a table that its arguments name, the database first. */
const INDEX_READER = "mergetreetextindex";

/** Table functions that make rows of their arguments, and the one whose arguments are looked at. */
const TABLE_FUNCTIONS = new Set([
  INDEX_READER,
  ..."numbers numbers_mt zeros zeros_mt generateseries generate_series primes values sqlstandardvalues null".split(
    " ",
  ),
]);

/** Behind these a name may be a table's, and ClickHouse prints it like a column's. */
const IN = /^(global)?(not)?(null)?in(ignoreset)?$/i;

/** `arrayMap(f, list)` runs f, unless there is a column f; these take functions so. `arrayElement` is `list[1]`. */
const TAKES_FUNCTION = /^(array(?!element)|map)[a-z]/i;

/** What tells nothing of other users and other databases. */
const SYSTEM_TABLES = new Set(
  "system.one system.numbers system.columns system.tables system.databases system.functions system.data_type_families system.table_functions system.formats".split(
    " ",
  ),
);

/**
 * Nodes that name what they do, or whose children do. A kind that is missing here is refused: a later ClickHouse may
 * print one that keeps a function or a table to itself, as ColumnsApplyTransformer does.
 */
const KINDS = new Set(
  "SelectWithUnionQuery SelectIntersectExceptQuery SelectQuery Subquery WithElement ExpressionList Asterisk QualifiedAsterisk ColumnsRegexpMatcher ColumnsListMatcher QualifiedColumnsRegexpMatcher QualifiedColumnsListMatcher ColumnsTransformerList ColumnsExceptTransformer ColumnsReplaceTransformer ColumnsReplaceTransformer::Replacement TablesInSelectQuery TablesInSelectQueryElement TableExpression TableJoin ArrayJoin SampleRatio OrderByElement InterpolateElement WindowDefinition WindowListElement Collation".split(
    " ",
  ),
);

const UNREADABLE =
  "The statement is refused: it cannot be seen what ClickHouse reads in it. A name with a line break leads to this.";

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
  const nodes = readAst(lines);
  if (nodes === undefined) return UNREADABLE;
  for (const node of nodes) {
    const why = judgeIndexed(node, context) ?? judgeNode(node, context);
    if (why !== undefined) return why;
  }
  return undefined;
}

function judgeNode(node: AstNode, context: AstContext): string | undefined {
  switch (node.kind) {
    case "Set":
      return "SETTINGS is refused: the limits are the service's.";
    case "Function":
      return judgeFunction(node, context);
    case "TableIdentifier":
      return judgeTable(node.name, context.database);
    case "Identifier":
      // Within brackets the text does not show that it is the last clause.
      if (node.parent?.kind === "SelectWithUnionQuery") {
        return "FORMAT is refused: `format` of the request says it.";
      }
      return judgeIdentifier(node, context);
    case "ColumnsApplyTransformer":
      return "APPLY is refused: it does not show which function it runs. Write the function around each column instead, as in sum(a), sum(b).";
    case "Literal":
      if (node.parent?.kind !== "SelectWithUnionQuery") return undefined;
      return "INTO OUTFILE is refused: the answer goes to who asked.";
    default:
      if (KINDS.has(node.kind)) return undefined;
      return `A part of the statement that ClickHouse calls ${node.kind.slice(0, 60)} is refused: what it would do is not known here.`;
  }
}

function judgeFunction({ name, parent }: AstNode, { tables }: AstContext): string | undefined {
  const isSource = parent?.kind === "TableExpression";
  const lower = name.toLowerCase();
  if (isDeniedFunction(lower)) return `The function ${name.slice(0, 60)} is refused.`;
  if (!isSource || TABLE_FUNCTIONS.has(lower) || tables.has(name)) return undefined;
  return `The table function ${name.slice(0, 60)} is refused; a parameterized view of the telemetry database is not.`;
}

/** Only a text means itself: `WITH 'other' AS otel`, or a lambda called currentDatabase, makes something else of names and calls. */
function judgeIndexed(node: AstNode, { database }: AstContext): string | undefined {
  if (node.place > 0 || functionOf(node.parent)?.toLowerCase() !== INDEX_READER) return undefined;
  const written = `'${database.replaceAll(/[\\']/g, "\\$&")}'`;
  if (node.kind === "Literal" && node.name === written) return undefined;
  return `mergeTreeTextIndex is refused unless its database is the telemetry's and written out: mergeTreeTextIndex(${written}, table, index).`;
}

function judgeIdentifier(node: AstNode, { database }: AstContext): string | undefined {
  const caller = functionOf(node.parent);
  if (caller === undefined) return undefined;
  if (IN.test(caller) && node.place > 0) {
    const why = judgeTable(node.name, database);
    return why && `${readAsTable(node.name)} ${why}`;
  }
  const mayBeRun = node.place === 0 && (node.parent?.childCount ?? 0) > 1;
  if (!mayBeRun || !TAKES_FUNCTION.test(caller) || !isDeniedFunction(node.name)) return undefined;
  const name = node.name.slice(0, 60);
  return `${name} is refused at the beginning of ${caller}, which may run the function of that name. A column there needs another name.`;
}

/** What stands behind IN with a dot, as a column in a nested one does. */
function readAsTable(given: string): string {
  const name = given.replaceAll("`", "").slice(0, 100);
  const [database = "", ...table] = name.split(".");
  return `Behind IN ${name} is read as the table ${table.join(".")} of the database ${database}; where a column is meant, write has(${name}, value) for a list, or = for one value.`;
}

/** @returns the name of the function whose arguments the list is */
function functionOf(list: AstNode | undefined): string | undefined {
  const caller = list?.parent;
  const isArguments = list?.kind === "ExpressionList" && list.place === 0;
  return isArguments && caller?.kind === "Function" ? caller.name : undefined;
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
