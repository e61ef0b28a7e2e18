/** Finds the name a reader most likely meant. */

/**
 * The candidate nearest to an unknown name. Case and separators do not count (`http_port` is `httpPort`), and a name
 * whose words are all in a candidate (`THROUGHLINE_PORT` in `THROUGHLINE_HTTP_PORT`) is near it.
 * @returns undefined when nothing is near enough to be more help than confusion
 */
export function nearestName(unknown: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, squeezed(unknown).length * 0.4);
  for (const candidate of candidates) {
    const distance = distanceBetween(unknown, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function distanceBetween(unknown: string, candidate: string): number {
  const edits = editDistance(squeezed(unknown), squeezed(candidate));
  const unknownWords = words(unknown);
  const candidateWords = words(candidate);
  const contained = unknownWords.every((word) => candidateWords.includes(word));
  return contained ? Math.min(edits, 1 + (candidateWords.length - unknownWords.length) / 4) : edits;
}

function words(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[_\-.]+/);
}

function squeezed(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-.]/g, "");
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
export function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (same ? 0 : 1),
        swapped ? cell(beforePrevious, column - 2) + 1 : Infinity,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return cell(previous, right.length);
}

/** Cells outside of the table cost too much to be chosen. */
function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
