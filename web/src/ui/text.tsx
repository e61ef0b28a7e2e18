import { formatMoment, formatUtc } from "../lib/format.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { severityLetter, type Severity } from "../lib/severity.ts";
import { cx } from "./cx.ts";
import { useServiceColor } from "./service-colors.tsx";
import { OneLine } from "./visible-text.tsx";
import styles from "./text.module.css";

/** The custom property that the dot, the bar and the chip of a service draw with. */
export function colorStyle(color: ServiceColor): Record<string, string> {
  return { "--color": `var(--svc-${color.index ?? "none"})` };
}

interface ServiceProps {
  readonly name: string;
  /** Its colour among the services shown with it; its own when left out. */
  readonly color?: ServiceColor | undefined;
  readonly chip?: boolean;
}

/** A service: a square of its colour, and always its name. */
export function Service({ name, color: given, chip = false }: ServiceProps) {
  const own = useServiceColor(name);
  const color = given ?? own;
  return (
    <span className={cx(styles.service, chip && styles.chip)} style={colorStyle(color)}>
      <span className={cx(styles.dot, color.hatched && styles.hatched)} aria-hidden="true" />
      <span className={styles.serviceName}>
        {name === "" ? "unknown service" : <OneLine text={name} />}
      </span>
    </span>
  );
}

export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  return (
    <span className={cx(styles.badge, styles[severity])} title={severity}>
      <span aria-hidden="true">{severityLetter(severity)}</span>
      <span className="visually-hidden">{severity}</span>
    </span>
  );
}

/** A moment in local time; the title has UTC with all nine digits. */
export function MomentText({
  nanos,
  date = true,
}: {
  readonly nanos: bigint;
  readonly date?: boolean;
}) {
  const moment = formatMoment(nanos);
  return (
    <time className={styles.moment} title={formatUtc(nanos)}>
      {date ? `${moment.date} ` : ""}
      <b>{moment.clock}</b>
      {moment.fraction}
    </time>
  );
}
