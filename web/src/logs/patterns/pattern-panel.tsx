import { Ban, Database, Filter, WrapText } from "lucide-react";
import { Link } from "wouter";
import { formatCount, formatExact, formatPercent } from "../../lib/format.ts";
import { parseNanos } from "../../lib/nanos.ts";
import type { TimeRange } from "../../lib/time-range.ts";
import { patchSearch } from "../../lib/url-state.ts";
import { patternSql } from "../../sql/log-sql.ts";
import { sqlHref } from "../../sql/sql-link.ts";
import { CopyButton } from "../../ui/controls.tsx";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { LongText, Pair, Pairs, Section, SidePanel } from "../../ui/panel.tsx";
import panel from "../../ui/panel.module.css";
import { MomentText, Service, SeverityBadge } from "../../ui/text.tsx";
import { ChangeBadge } from "./change-badge.tsx";
import { changeOf, formatRate, type LogPattern, severityMix } from "./pattern.ts";
import styles from "./patterns.module.css";
import { wordOf } from "./severity-bar.tsx";
import { TemplateText } from "./template-text.tsx";

interface PatternPanelProps {
  readonly pattern: LogPattern | undefined;
  /** Logs that meet the filter. */
  readonly total: number;
  /** The filter, within the environment of the page. */
  readonly asked: string;
  readonly range: TimeRange;
  readonly search: string;
  readonly hrefOf: (pattern: LogPattern, choice: "only" | "except") => string;
  readonly onClose: () => void;
}

/** Everything that is known of a pattern, and where to go from it. */
export function PatternPanel(props: PatternPanelProps) {
  const { pattern, total, onClose } = props;
  if (pattern === undefined) return null;
  const change = changeOf(pattern);
  return (
    <SidePanel
      label="Pattern"
      over={
        <>
          {formatExact(pattern.records)} logs, {formatPercent(pattern.records / Math.max(1, total))}
        </>
      }
      title={
        <span className={styles.title}>
          <TemplateText template={pattern.template} />
        </span>
      }
      onClose={onClose}
    >
      <section className={panel.section}>
        <div className={panel.links}>
          <Links {...props} pattern={pattern} />
        </div>
      </section>
      <Newest pattern={pattern} search={props.search} />
      <Section title="How often">
        <Pairs>
          <Pair name="now">{formatRate(pattern.perMinute)}</Pair>
          {pattern.baselinePerMinute === undefined ? null : (
            <Pair name="before">
              {formatRate(pattern.baselinePerMinute)}, {formatCount(pattern.baselineRecords ?? 0)}{" "}
              logs
            </Pair>
          )}
          {change === undefined ? null : (
            <Pair name="change">
              <ChangeBadge change={change} />
            </Pair>
          )}
          <Pair name="first seen">
            <MomentText nanos={parseNanos(pattern.firstUnixNano)} />
          </Pair>
          <Pair name="last seen">
            <MomentText nanos={parseNanos(pattern.lastUnixNano)} />
          </Pair>
        </Pairs>
      </Section>
      <Counts pattern={pattern} />
    </SidePanel>
  );
}

function Links({
  pattern,
  asked,
  range,
  hrefOf,
}: PatternPanelProps & { readonly pattern: LogPattern }) {
  const sql = patternSql(asked, pattern.q);
  return (
    <>
      <Link className={cx(controls.button, controls.primary)} href={hrefOf(pattern, "only")}>
        <Filter size={13} aria-hidden="true" /> Only these
      </Link>
      <Link className={controls.button} href={hrefOf(pattern, "except")}>
        <Ban size={13} aria-hidden="true" /> Without these
      </Link>
      {sql === undefined ? null : (
        <Link className={controls.button} href={sqlHref(sql, range)}>
          <Database size={13} aria-hidden="true" /> Open as SQL
        </Link>
      )}
      <CopyButton text={pattern.template} what="the pattern" />
    </>
  );
}

interface NewestProps {
  readonly pattern: LogPattern;
  readonly search: string;
}

function Newest({ pattern, search }: NewestProps) {
  const { example } = pattern;
  if (example === undefined) return null;
  const around = patchSearch(search, { around: example.id, view: undefined, pattern: undefined });
  return (
    <Section title="Newest" aside={<MomentText nanos={parseNanos(example.timeUnixNano)} />}>
      <div className={panel.message}>
        <LongText text={example.body} />
      </div>
      <p className={styles.around}>
        <Link className={controls.button} href={`/logs?${around}`}>
          <WrapText size={13} aria-hidden="true" /> Lines around it
        </Link>
      </p>
    </Section>
  );
}

function Counts({ pattern }: { readonly pattern: LogPattern }) {
  return (
    <>
      <Section title="Severities">
        <ul className={styles.counts}>
          {severityMix(pattern).map(({ severity, records, share }) => (
            <li key={severity}>
              <SeverityBadge severity={severity} /> <span>{wordOf(severity)}</span>
              <span className={styles.number}>{formatExact(records)}</span>
              <span className={styles.number}>{formatPercent(share)}</span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Services" count={pattern.services.length}>
        <ul className={styles.counts}>
          {pattern.services.map(({ service, records }) => (
            <li key={service}>
              <Service name={service} />
              <span />
              <span className={styles.number}>{formatExact(records)}</span>
              <span className={styles.number}>
                {formatPercent(records / Math.max(1, pattern.records))}
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
