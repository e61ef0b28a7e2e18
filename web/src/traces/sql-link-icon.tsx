import { Database } from "lucide-react";
import { Link } from "wouter";
import type { TimeRange } from "../lib/time-range.ts";
import { sqlHref } from "../sql/sql-link.ts";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";

interface SqlLinkIconProps {
  /** Undefined where the filter is none: then there is no link. */
  readonly sql: string | undefined;
  readonly range: TimeRange;
  /** What is opened, for example `the heatmap`. */
  readonly what: string;
}

export function SqlLinkIcon({ sql, range, what }: SqlLinkIconProps) {
  if (sql === undefined) return null;
  return (
    <Link
      className={cx(controls.icon, controls.small)}
      href={sqlHref(sql, range)}
      aria-label={`Open ${what} as SQL`}
      title="Open as SQL"
    >
      <Database size={13} aria-hidden="true" />
    </Link>
  );
}
