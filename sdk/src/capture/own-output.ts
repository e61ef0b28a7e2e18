/** Says which writes to standard output belong to a log call that has become a record already. */

let depth = 0;

/** Runs a log call's own printing: what it writes meanwhile is no line of its own. */
export function printing<Result>(print: () => Result): Result {
  depth++;
  try {
    return print();
  } finally {
    depth--;
  }
}

export function isPrinting(): boolean {
  return depth > 0;
}
