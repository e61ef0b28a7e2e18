import { CircleAlert, RotateCw } from "lucide-react";
import type { Meta } from "@throughline/query/wire";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { ApiError } from "../api/client.ts";
import { useStatus } from "../api/queries.ts";
import { formatBytes, formatCount, formatDuration } from "../lib/format.ts";
import { CopyButton } from "./controls.tsx";
import controls from "./controls.module.css";
import styles from "./states.module.css";

interface EmptyStateProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <section className={styles.state}>
      <h2>{title}</h2>
      {children}
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </section>
  );
}

interface FailedProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** A question that failed: what the service said, its code for a search, and a way to ask again. */
export function Failed({ error, onRetry }: FailedProps) {
  const code = error instanceof ApiError ? error.code : "unexpected";
  return (
    <EmptyState
      title="The question could not be answered"
      actions={
        <>
          <button type="button" className={controls.button} onClick={onRetry}>
            <RotateCw size={14} aria-hidden="true" /> Try again
          </button>
          <CopyButton text={`${code}: ${error.message}`} what="the error" />
        </>
      }
    >
      <p className={styles.detail} role="alert">
        {error.message}
      </p>
      <p>
        Code <code>{code}</code>
      </p>
    </EmptyState>
  );
}

/** Nothing was ever received: where to send, and the lines that do it. Goes away by itself when data comes. */
export function NoDataEver({ what }: { readonly what: string }) {
  const status = useStatus(true).data;
  const grpc = status?.otlpGrpcEndpoint ?? "http://localhost:4317";
  const http = status?.otlpHttpEndpoint ?? "http://localhost:4318";
  const snippet = `export OTEL_EXPORTER_OTLP_ENDPOINT=${grpc}\nexport OTEL_SERVICE_NAME=my-service\nnode --import @throughline/sdk/register app.js`;
  return (
    <EmptyState title={`No ${what} have arrived yet`}>
      <p>Send OpenTelemetry data to one of these endpoints; it shows up here a second later.</p>
      <dl className={styles.endpoints}>
        <dt>OTLP/gRPC</dt>
        <dd>{grpc}</dd>
        <dt>OTLP/HTTP</dt>
        <dd>{http}</dd>
      </dl>
      <p>A Node application, traces and logs together:</p>
      <div className={styles.snippet}>
        {/* Scrolls when the window is narrow, so the keyboard must reach it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
        <pre tabIndex={0} aria-label="Shell commands">
          {snippet}
        </pre>
        <span>
          <CopyButton text={snippet} what="the commands" />
        </span>
      </div>
      <Link className={controls.button} href="/setup">
        Other languages
      </Link>
      <p className={styles.waiting} role="status">
        <span className={styles.pulse} aria-hidden="true" /> Waiting for the first {what}
      </p>
    </EmptyState>
  );
}

const SKELETON_WIDTHS = [62, 48, 71, 39, 55, 66, 44, 58];

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={`Loading ${what}`}>
      {SKELETON_WIDTHS.map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** A thin line while an answer that replaces a shown one is on its way. */
export function Progress({ active }: { readonly active: boolean }) {
  if (!active) return null;
  return (
    <div className={styles.progress} aria-hidden="true">
      <span />
    </div>
  );
}

interface ResultFooterProps {
  readonly meta: Meta;
  /** What is shown, for example `50 traces`. */
  readonly shown: string;
  readonly children?: ReactNode;
}

/** What the answer cost and whether it is whole. */
export function ResultFooter({ meta, shown, children }: ResultFooterProps) {
  return (
    <footer className={styles.footer}>
      <span>{shown}</span>
      <span aria-hidden="true">·</span>
      <span title={formatBytes(meta.bytesRead)}>
        {formatCount(meta.rowsRead)} rows read in {formatDuration(meta.elapsedMs * 1e6)}
      </span>
      <span aria-hidden="true">·</span>
      {meta.complete ? (
        <span>complete</span>
      ) : (
        <span className={styles.incomplete}>
          <CircleAlert size={14} aria-hidden="true" />
          {meta.reason ?? "not complete"}
        </span>
      )}
      <span className={styles.grow} />
      {children}
    </footer>
  );
}
