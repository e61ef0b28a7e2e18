import { X } from "lucide-react";
import { useFields } from "../api/fields.ts";
import type { TimeRange } from "../lib/time-range.ts";
import { IconButton, TextField } from "../ui/controls.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { readerOf } from "./log-column.ts";
import { COLUMNS_MAX, toggleColumnPatch } from "./log-view.ts";
import styles from "./logs.module.css";

interface ColumnBarProps {
  readonly columns: readonly string[];
  readonly range: TimeRange;
}

/** The columns of the table between service and message: what there is, and a field to add one. */
export function ColumnBar({ columns, range }: ColumnBarProps) {
  const { search, replace } = useUrl();
  const fields = useFields({ signal: "logs", range, isEnabled: true }).data;
  const known = [
    ...(fields?.columns.map(({ name }) => name) ?? []),
    ...(fields?.attributes.map(({ name }) => name) ?? []),
  ].filter((name) => !columns.includes(name) && readerOf(name) !== undefined);
  const toggle = (column: string) => replace(toggleColumnPatch(search, column));
  return (
    <div className={styles.columns} role="group" aria-label="Columns">
      <span>Columns</span>
      {columns.map((column) => (
        <span key={column} className={styles.column}>
          <OneLine text={column} />
          <IconButton small label={`Remove the column ${column}`} onClick={() => toggle(column)}>
            <X size={12} aria-hidden="true" />
          </IconButton>
        </span>
      ))}
      {columns.length >= COLUMNS_MAX ? (
        <span>no more than {COLUMNS_MAX}</span>
      ) : (
        <TextField
          // What was typed is a column now.
          key={columns.join("\n")}
          label="Add"
          value=""
          placeholder="http.route"
          widthPx={170}
          mono
          suggestions={known}
          check={(typed) =>
            readerOf(typed) === undefined ? "The list does not have this of its logs" : undefined
          }
          onCommit={(typed) => {
            if (!columns.includes(typed)) toggle(typed);
          }}
        />
      )}
    </div>
  );
}
