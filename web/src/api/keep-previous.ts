/**
 * What stands in for an answer that is on its way: the one before, unless there was nothing in it. That a search found
 * nothing is said in words, of the filter and the range that the page has by now; of those nobody knows it yet.
 */
export function keepUnlessEmpty<Answer>(isEmpty: (answer: Answer) => boolean) {
  return (previous: Answer | undefined): Answer | undefined =>
    previous === undefined || isEmpty(previous) ? undefined : previous;
}
