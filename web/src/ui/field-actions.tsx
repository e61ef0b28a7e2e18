import { Asterisk, Columns3, Filter, FilterX } from "lucide-react";
import { Link } from "wouter";
import { toVisibleLine } from "../lib/visible-text.ts";
import controls from "./controls.module.css";
import { cx } from "./cx.ts";

export interface FieldActionsProps {
  /** As people call it. */
  readonly name: string;
  /** Where a list of the records that have the value is; without it; that have the field at all. */
  readonly hrefs: { readonly only: string; readonly except: string; readonly exists: string };
  /** The list as a table that has the field as a column, or not any more; undefined where there is no table. */
  readonly column?: { readonly href: string; readonly isShown: boolean };
}

/** What a list can be filtered by, beside a value in the details of one of its records. */
export function FieldActions({ name: field, hrefs, column }: FieldActionsProps) {
  const name = toVisibleLine(field);
  const icon = cx(controls.icon, controls.small);
  return (
    <>
      <Link
        className={icon}
        href={hrefs.only}
        aria-label={`Only with this ${name}`}
        title="Only with this value"
      >
        <Filter size={13} aria-hidden="true" />
      </Link>
      <Link
        className={icon}
        href={hrefs.except}
        aria-label={`Without this ${name}`}
        title="Without this value"
      >
        <FilterX size={13} aria-hidden="true" />
      </Link>
      <Link
        className={icon}
        href={hrefs.exists}
        aria-label={`Only where ${name} exists`}
        title="Only where it exists"
      >
        <Asterisk size={13} aria-hidden="true" />
      </Link>
      {column === undefined ? null : (
        <Link
          className={icon}
          href={column.href}
          aria-label={`${column.isShown ? "Remove" : "Add"} the column ${name}`}
          title={column.isShown ? "Remove the column" : "Add as a column"}
        >
          <Columns3 size={13} aria-hidden="true" />
        </Link>
      )}
    </>
  );
}
