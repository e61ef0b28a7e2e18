/** Pure: which differences between two groups are large, and not chance. */

export interface Counted {
  readonly key: string;
  readonly value: string;
  /** Records of the selection and of the rest that have the value. */
  readonly selected: number;
  readonly rest: number;
}

export interface Totals {
  readonly selected: number;
  readonly rest: number;
}

interface Difference {
  readonly key: string;
  readonly value: string;
  readonly selectedShare: number;
  readonly restShare: number;
  readonly difference: number;
  readonly g: number;
}

/** Chi-square with one degree of freedom passes this once in a thousand by chance. */
const ONCE_IN_A_THOUSAND = 10.83;

/**
 * @param compared how many values were compared: the more, the further out chance reaches. Its tail falls as
 * exp(-g / 2), so twice the logarithm keeps one mistake in a thousand for all of them together.
 * @returns largest difference first
 */
export function rankDifferences(
  counted: readonly Counted[],
  totals: Totals,
  compared: number,
): readonly Difference[] {
  if (totals.selected === 0 || totals.rest === 0) return [];
  const floor = ONCE_IN_A_THOUSAND + 2 * Math.log(Math.max(1, compared));
  return counted
    .map((count) => toDifference(count, totals))
    .filter((each) => each.g >= floor)
    .toSorted(
      (a, b) =>
        Math.abs(b.difference) - Math.abs(a.difference) ||
        compare(a.key, b.key) ||
        compare(a.value, b.value),
    );
}

function toDifference({ key, value, selected, rest }: Counted, totals: Totals): Difference {
  const selectedShare = selected / totals.selected;
  const restShare = rest / totals.rest;
  return {
    key,
    value,
    selectedShare,
    restShare,
    difference: selectedShare - restShare,
    g: gStatistic({ selected, rest }, totals),
  };
}

/** 2 × the sum of observed × ln(observed / expected) over the table of having it or not, selected or not. */
export function gStatistic(having: Totals, totals: Totals): number {
  const all = totals.selected + totals.rest;
  const share = (having.selected + having.rest) / all;
  const term = (observed: number, expected: number): number =>
    observed === 0 ? 0 : observed * Math.log(observed / expected);
  return (
    2 *
    (term(having.selected, totals.selected * share) +
      term(having.rest, totals.rest * share) +
      term(totals.selected - having.selected, totals.selected * (1 - share)) +
      term(totals.rest - having.rest, totals.rest * (1 - share)))
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
