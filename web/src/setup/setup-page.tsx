import { Check, TriangleAlert } from "lucide-react";
import type { Status } from "@throughline/query/wire";
import { Link } from "wouter";
import { useStatus } from "../api/queries.ts";
import { pageHref, readParam } from "../lib/url-state.ts";
import { Page } from "../shell/page.tsx";
import { CopyButton } from "../ui/controls.tsx";
import { cx } from "../ui/cx.ts";
import { Failed, Loading } from "../ui/states.tsx";
import { useUrl } from "../ui/use-url.ts";
import controls from "../ui/controls.module.css";
import { Refused } from "./refused.tsx";
import { languageOf, LANGUAGES, type Endpoints, type Snippet } from "./snippets.ts";
import styles from "./setup.module.css";

/** Where an empty installation lands: where to send, the lines that do it, and whether anything has come. */
export function SetupPage() {
  const status = useStatus(true, 2000);
  return (
    <Page title="Set up" hasRange={false}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="How to send data">
        {status.data === undefined && status.isError ? (
          <Failed error={status.error} onRetry={() => void status.refetch()} />
        ) : null}
        {status.isPending ? <Loading what="the endpoints" /> : null}
        {status.data === undefined ? null : (
          <Steps status={status.data} isLost={status.isError || status.failureCount > 0} />
        )}
      </div>
    </Page>
  );
}

interface StepsProps {
  readonly status: Status;
  /** Whether the last question went unanswered. */
  readonly isLost: boolean;
}

function Steps({ status, isLost }: StepsProps) {
  const { search, replace } = useUrl();
  const language = languageOf(readParam(search, "lang"));
  const endpoints: Endpoints = { grpc: status.otlpGrpcEndpoint, http: status.otlpHttpEndpoint };
  return (
    <div className={styles.steps}>
      <Arrivals status={status} isLost={isLost} />
      <section className={styles.step}>
        <h2>Where to send</h2>
        <dl className={styles.endpoints}>
          <Endpoint name="OTLP over gRPC" url={endpoints.grpc} />
          <Endpoint name="OTLP over HTTP" url={endpoints.http} />
        </dl>
      </section>
      <section className={styles.step}>
        <h2>How</h2>
        <div className={styles.languages} role="group" aria-label="Language">
          {LANGUAGES.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className={controls.button}
              aria-pressed={id === language.id}
              onClick={() => replace({ lang: id === LANGUAGES[0]?.id ? undefined : id })}
            >
              {name}
            </button>
          ))}
        </div>
        <ol className={styles.snippets}>
          {language.snippets(endpoints).map((snippet) => (
            <SnippetBlock key={snippet.title} snippet={snippet} />
          ))}
        </ol>
      </section>
    </div>
  );
}

function Endpoint({ name, url }: { readonly name: string; readonly url: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{url}</code>
        <CopyButton text={url} what={`the endpoint of ${name}`} />
      </dd>
    </div>
  );
}

function SnippetBlock({ snippet }: { readonly snippet: Snippet }) {
  return (
    <li>
      <h3>{snippet.title}</h3>
      {snippet.note === "" ? null : <p>{snippet.note}</p>}
      <div className={styles.code}>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
        <pre tabIndex={0} aria-label={snippet.title} data-own-keys="">
          {snippet.code}
        </pre>
        <span>
          <CopyButton text={snippet.code} what={`the lines of ${snippet.title}`} />
        </span>
      </div>
    </li>
  );
}

/** What has come so far. Asked every two seconds until both are there. */
function Arrivals({ status, isLost }: StepsProps) {
  const { search } = useUrl();
  return (
    <section className={styles.step}>
      <h2>What has arrived</h2>
      <ul className={styles.arrivals} aria-live="polite">
        <Arrival what="trace" isThere={status.hasTraces} href={pageHref("/traces", search)} />
        <Arrival what="log" isThere={status.hasLogs} href={pageHref("/logs", search)} />
      </ul>
      {status.clickhouseVersion === null || isLost ? (
        <p className={styles.problem} role="status">
          <TriangleAlert size={14} aria-hidden="true" />
          {isLost
            ? "The query service does not answer at the moment; asking again."
            : "ClickHouse does not answer at the moment. What you send waits on disk and shows up when it does."}
        </p>
      ) : null}
      <Refused />
    </section>
  );
}

interface ArrivalProps {
  readonly what: string;
  readonly isThere: boolean;
  readonly href: string;
}

function Arrival({ what, isThere, href }: ArrivalProps) {
  return (
    <li className={cx(isThere && styles.there)}>
      {isThere ? (
        <Check size={16} aria-hidden="true" />
      ) : (
        <span className={styles.pulse} aria-hidden="true" />
      )}
      {isThere ? (
        <>
          First {what} received <Link href={href}>Open {what}s</Link>
        </>
      ) : (
        `Waiting for the first ${what}`
      )}
    </li>
  );
}
