/** The lines of EXPLAIN AST as the tree that they are. */
export interface AstNode {
  /** ClickHouse's word, like Function or TableIdentifier. */
  readonly kind: string;
  /** What stands behind it: of a function, table or column the name. */
  readonly name: string;
  readonly parent: AstNode | undefined;
  /** Among the children of its parent, from 0. */
  readonly place: number;
  readonly childCount: number;
}

interface Open {
  readonly node: AstNode;
  seen: number;
}

/**
 * Pure. A name with a line break could feign nodes, because ClickHouse prints names as they are. Then some node has another
 * number of children than it says.
 * @returns nodes in the order of the lines; undefined when these are no tree
 */
export function readAst(lines: readonly string[]): readonly AstNode[] | undefined {
  const nodes: AstNode[] = [];
  const path: Open[] = [];
  for (const line of lines) {
    if (line === "") continue;
    const { depth, ...read } = readLine(line);
    const isClosed = path.splice(depth).every(isWhole);
    const above = path.at(-1);
    const isPlaced = path.length === depth && (depth > 0 || nodes.length === 0);
    if (!isClosed || !isPlaced || read.kind === "") return undefined;
    const node = { ...read, parent: above?.node, place: above?.seen ?? 0 };
    if (above !== undefined) above.seen += 1;
    path.push({ node, seen: 0 });
    nodes.push(node);
  }
  return path.length > 0 && path.every(isWhole) ? nodes : undefined;
}

function isWhole({ node, seen }: Open): boolean {
  return node.childCount === seen;
}

/** Names may have any character, so the dots stand for what ends a line in JavaScript, too. */
function readLine(line: string): Pick<AstNode, "kind" | "name" | "childCount"> & { depth: number } {
  const count = / \(children (\d+)\)$/.exec(line);
  const [head = ""] = line.slice(0, count?.index).split(" (alias ", 1);
  const [, indent = "", kind = "", name = ""] = /^( *)([\w:]+)(?: (.*))?$/s.exec(head) ?? [];
  return { depth: indent.length, kind, name, childCount: Number(count?.[1] ?? 0) };
}
