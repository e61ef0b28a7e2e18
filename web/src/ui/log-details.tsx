import type { LogRecord } from "@throughline/query/wire";
import type { ReactNode } from "react";
import { shortId } from "../lib/format.ts";
import type { RecordField } from "../lib/field-filter.ts";
import { parseNanos } from "../lib/nanos.ts";
import { toSeverity } from "../lib/severity.ts";
import { cx } from "./cx.ts";
import {
  AttributePairs,
  FoldedSection,
  LongText,
  Pair,
  Pairs,
  Section,
  SidePanel,
} from "./panel.tsx";
import { MomentText, Service, SeverityBadge } from "./text.tsx";
import { OneLine } from "./visible-text.tsx";
import styles from "./panel.module.css";
import text from "./text.module.css";

interface LogPanelProps {
  readonly log: LogRecord;
  readonly onClose: () => void;
  /** Where to go from here. */
  readonly links: ReactNode;
  /** What can be done with a value of it. */
  readonly actions?: (of: RecordField) => ReactNode;
}

/** Everything a log record holds. */
export function LogPanel({ log, onClose, links, actions }: LogPanelProps) {
  const severity = toSeverity(log.severityNumber, log.severityText);
  return (
    <SidePanel
      label="Log"
      over={
        <>
          <SeverityBadge severity={severity} />
          <Service name={log.serviceName} />
        </>
      }
      title={<MomentText nanos={parseNanos(log.timeUnixNano)} />}
      onClose={onClose}
    >
      <section className={styles.section}>
        <div className={cx(styles.message, text[severity])}>
          <LongText text={log.body} />
        </div>
      </section>
      <section className={styles.section}>
        <div className={styles.links}>{links}</div>
      </section>
      <Section title="Attributes" count={Object.keys(log.attributes).length}>
        <AttributePairs
          attributes={log.attributes}
          actions={actions && ((name, value) => actions({ kind: "attribute", name, value }))}
        />
      </Section>
      <Section title="Record">
        <Pairs>
          <Pair name="severity">
            {log.severityText === "" ? severity : <OneLine text={log.severityText} />} (
            {log.severityNumber})
          </Pair>
          {log.eventName === "" ? null : (
            <Pair name="event name">{<OneLine text={log.eventName} />}</Pair>
          )}
          <Id
            name="trace id"
            id={log.traceId}
            actions={actions?.({ kind: "field", name: "trace", value: log.traceId })}
          />
          <Id
            name="span id"
            id={log.spanId}
            actions={actions?.({ kind: "field", name: "span", value: log.spanId })}
          />
          <Pair name="scope">
            <OneLine text={log.scopeName === "" ? "none" : log.scopeName} />
          </Pair>
        </Pairs>
      </Section>
      <FoldedSection title="Resource" count={Object.keys(log.resource).length}>
        <AttributePairs
          attributes={log.resource}
          actions={actions && ((name, value) => actions({ kind: "resource", name, value }))}
        />
      </FoldedSection>
    </SidePanel>
  );
}

interface IdProps {
  readonly name: string;
  readonly id: string;
  readonly actions?: ReactNode;
}

export function Id({ name, id, actions }: IdProps) {
  if (id === "") return <Pair name={name}>none</Pair>;
  return (
    <Pair name={name} copy={id} actions={actions}>
      <span className={styles.value} title={id}>
        {shortId(id)}
      </span>
    </Pair>
  );
}
