import type { Service } from "@throughline/query/wire";
import { useState } from "react";
import { Link } from "wouter";
import { formatCount, formatDuration, formatExact, formatPercent, plural } from "../lib/format.ts";
import { readParam, tracesHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { ChangeNote } from "../services/change-note.tsx";
import { durationChange } from "../services/change.ts";
import { serviceHref } from "../services/service-links.ts";
import controls from "../ui/controls.module.css";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { shareOf, toNumber } from "./red-series.ts";
import styles from "./service-page.module.css";

type Operation = Service["operations"][number];

const SHOWN_FIRST = 12;

/** What the service does, what takes the most time first. A name narrows the page to it. */
export function OperationsTable({ service }: { readonly service: Service }) {
  const [isOpen, setOpen] = useState(false);
  const { operations } = service;
  const shown = isOpen ? operations : operations.slice(0, SHOWN_FIRST);
  return (
    <section className={styles.panel} aria-labelledby="operations">
      <h2 id="operations">
        Operations <span>{formatCount(operations.length)}, most time first</span>
      </h2>
      {operations.length === 0 ? <p className={styles.none}>None in this range.</p> : null}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div className={styles.scrollX} tabIndex={0} role="group" aria-label="Operations, table">
        <table className={styles.table}>
          <caption className="visually-hidden">Operations</caption>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col" title="share of the time of all operations of its kind">
                Impact
              </th>
              <th scope="col">Spans</th>
              <th scope="col">Errors</th>
              <th scope="col">p50</th>
              <th scope="col">p95</th>
              <th scope="col">p99</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((operation) => (
              <OperationRow
                key={`${operation.kind} ${operation.name}`}
                service={service.name}
                operation={operation}
              />
            ))}
          </tbody>
        </table>
      </div>
      {operations.length > SHOWN_FIRST ? (
        <button type="button" className={controls.button} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show fewer" : `Show all ${plural(operations.length, "operation")}`}
        </button>
      ) : null}
    </section>
  );
}

/** An address has room for it, whatever script it is in. */
const CHOSEN_CHARS_MAX = 1000;

interface OperationRowProps {
  readonly service: string;
  readonly operation: Operation;
}

function OperationRow({ service, operation }: OperationRowProps) {
  const { search } = useUrl();
  const { name, kind, requests, errors, impact, before } = operation;
  const isChosen = readParam(search, "operation") === name;
  const p95 = toNumber(operation.p95Nano);
  return (
    <tr aria-current={isChosen ? "true" : undefined}>
      <th scope="row">
        <span className={styles.operation}>
          <span className={styles.kind}>{kind.toLowerCase()}</span>
          {name.length > CHOSEN_CHARS_MAX ? (
            <span title="Too long to be asked for as a whole">
              <OneLine text={name} />
            </span>
          ) : (
            <Link
              href={serviceHref(search, service, isChosen ? "" : name)}
              title={toVisibleLine(name)}
            >
              {name === "" ? "no name" : <OneLine text={name} />}
            </Link>
          )}
        </span>
      </th>
      <td>
        <span className={styles.impact}>
          <span className={styles.track} aria-hidden="true">
            <span style={{ width: `${Math.min(100, impact * 100)}%` }} />
          </span>
          {formatPercent(impact)}
        </span>
      </td>
      <td title={formatExact(requests)}>
        <Link href={tracesHref(search, { service, operation: name })}>
          {formatCount(requests)}
          <span className="visually-hidden"> spans of {toVisibleLine(name)}, as traces</span>
        </Link>
      </td>
      <td title={`${formatExact(errors)} of ${formatExact(requests)}`}>
        {errors === 0 ? (
          <span className={styles.none}>0 %</span>
        ) : (
          <Link
            className={styles.failing}
            href={tracesHref(search, { service, operation: name, errorsOnly: true })}
          >
            {formatPercent(shareOf(operation) ?? 0)}
            <span className="visually-hidden"> errors of {toVisibleLine(name)}, as traces</span>
          </Link>
        )}
      </td>
      <td>{duration(operation.p50Nano)}</td>
      <td>
        {duration(operation.p95Nano)}
        <ChangeNote
          change={durationChange(p95, toNumber(before?.p95Nano ?? null))}
          before={formatDuration(toNumber(before?.p95Nano ?? null) ?? 0)}
        />
      </td>
      <td>{duration(operation.p99Nano)}</td>
    </tr>
  );
}

function duration(nanos: string | null): string {
  const ns = toNumber(nanos);
  return ns === null ? "–" : formatDuration(ns);
}
