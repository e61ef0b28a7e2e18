import type { Meta } from "@throughline/query/wire";
import { ArrowDown } from "lucide-react";
import type { ReactNode } from "react";
import { patchSearch, rangePatch } from "../lib/url-state.ts";
import { describeRange } from "../lib/time-range.ts";
import { EmptyState } from "./states.tsx";
import { OneLine } from "./visible-text.tsx";
import { useNow } from "./use-now.ts";
import { useUrl } from "./use-url.ts";
import controls from "./controls.module.css";

interface LoadMoreProps {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly error: Error | null;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

export function LoadMore({ query }: LoadMoreProps) {
  const problem =
    query.error === null ? null : (
      <span className={controls.problem} role="alert">
        {query.error.message}
      </span>
    );
  if (!query.hasNextPage) return problem;
  return (
    <>
      {problem}
      <button
        type="button"
        className={controls.button}
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        <ArrowDown size={14} aria-hidden="true" />
        {query.isFetchingNextPage ? "Loading…" : "Load more"}
      </button>
    </>
  );
}

interface NothingYetProps {
  readonly what: string;
  /** Why the answer is not whole. */
  readonly meta: Meta | undefined;
  /** How to go on. */
  readonly children?: ReactNode;
}

/** Nothing was found, but not everything was searched: for all that is known there may be some. */
export function NothingYet({ what, meta, children }: NothingYetProps) {
  return (
    <EmptyState title={`No ${what} found so far`} actions={children}>
      <p role="status">{meta?.reason ?? "Not everything was searched."}</p>
    </EmptyState>
  );
}

interface NothingFoundProps {
  readonly what: string;
  /** In words; empty when nothing is filtered on. */
  readonly filters: readonly string[];
}

/** There is data, but not here: because of the time range, or of the filters, and how to look wider. */
export function NothingFound({ what, filters }: NothingFoundProps) {
  const url = useUrl();
  const words = describeRange(url.range, useNow());
  const wider = (
    <button
      type="button"
      className={controls.button}
      onClick={() => url.setRange({ from: "now-7d", to: "now" })}
    >
      Look at the last 7 days
    </button>
  );
  if (filters.length === 0)
    return (
      <EmptyState title={`No ${what} in this time range`} actions={wider}>
        <p>
          {words} holds no {what}; others are stored outside of it.
        </p>
      </EmptyState>
    );
  const clear = () => {
    const keep = new URLSearchParams(patchSearch("", rangePatch(url.range)));
    const gone = [...new URLSearchParams(url.search).keys()].filter((name) => !keep.has(name));
    url.push(Object.fromEntries(gone.map((name) => [name, undefined])));
  };
  return (
    <EmptyState
      title={`No ${what} match these filters`}
      actions={
        <>
          <button type="button" className={controls.button} onClick={clear}>
            Clear filters
          </button>
          {wider}
        </>
      }
    >
      <p>In {words.toLowerCase()}, nothing has all of:</p>
      <ul>
        {filters.map((filter) => (
          <li key={filter}>
            <code>
              <OneLine text={filter} />
            </code>
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
