import { toVisibleLine } from "../lib/visible-text.ts";
import { OneLine } from "../ui/visible-text.tsx";
import type { SqlChart } from "./chart-data.ts";
import { formatNumber } from "./format-number.ts";
import styles from "./sql.module.css";

type Bars = Extract<SqlChart, { kind: "bars" }>;

/** A bar for each name, in a table: what is drawn is also read. */
export function BarTable({ chart }: { readonly chart: Bars }) {
  const { labelName, valueName, bars } = chart;
  const longest = Math.max(Number.MIN_VALUE, ...bars.map(({ value }) => Math.abs(value)));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
    <div className={styles.bars} tabIndex={0} role="group" aria-label="Bars" data-own-keys="">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <OneLine text={labelName} />
            </th>
            <td className={styles.track} aria-hidden="true" />
            <th scope="col">
              <OneLine text={valueName} />
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ label, value }, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- names may repeat, rows do not move
            <tr key={at}>
              <th scope="row" title={toVisibleLine(label)}>
                <OneLine text={label} />
              </th>
              <td className={styles.track} aria-hidden="true">
                <i
                  className={value < 0 ? styles.negative : undefined}
                  style={{ width: `${(Math.abs(value) / longest) * 100}%` }}
                />
              </td>
              <td title={String(value)}>{formatNumber(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
