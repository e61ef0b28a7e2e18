import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { sortAttributes } from "../lib/attributes.ts";
import { formatCount } from "../lib/format.ts";
import {
  beginningOf,
  copyWords,
  moreWords,
  OPEN_CHARS_MAX,
  SHOWN_CHARS,
} from "../lib/long-text.ts";
import { CopyButton, IconButton } from "./controls.tsx";
import { useCopied } from "./use-copied.ts";
import { VisibleText } from "./visible-text.tsx";
import styles from "./panel.module.css";

interface SidePanelProps {
  readonly label: string;
  readonly over: ReactNode;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Details beside a list; the list keeps the keyboard. */
export function SidePanel({ label, over, title, onClose, children }: SidePanelProps) {
  return (
    <aside className={styles.panel} aria-label={label} data-testid="side-panel">
      <div className={styles.head}>
        <div className={styles.over}>{over}</div>
        <IconButton small label="Close details (Esc)" onClick={onClose}>
          <X size={15} aria-hidden="true" />
        </IconButton>
        <h2 className={styles.title}>{title}</h2>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div
        className={styles.scroll}
        tabIndex={0}
        role="group"
        aria-label={`${label}, content`}
        data-own-keys=""
      >
        {children}
      </div>
    </aside>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, count, aside, children }: SectionProps) {
  return (
    <section className={styles.section}>
      <h3>
        <span>
          {title}{" "}
          {count === undefined ? null : <span className={styles.count}>{formatCount(count)}</span>}
        </span>
        {aside}
      </h3>
      {children}
    </section>
  );
}

/** A section that starts closed. */
export function FoldedSection({ title, count, children }: Omit<SectionProps, "aside">) {
  return (
    <section className={styles.section}>
      <details>
        <summary>
          {title}{" "}
          {count === undefined ? null : <span className={styles.count}>{formatCount(count)}</span>}
        </summary>
        {children}
      </details>
    </section>
  );
}

export function Pairs({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.pairs}>{children}</dl>;
}

interface PairProps {
  readonly name: string;
  readonly children: ReactNode;
  /** What the copy button copies; no button without it. */
  readonly copy?: string;
  /** Buttons over the end of the row, shown with the copy button while the row is looked at. */
  readonly actions?: ReactNode;
}

export function Pair({ name, children, copy, actions }: PairProps) {
  return (
    <div className={styles.pair}>
      <dt>
        <VisibleText text={name} />
      </dt>
      <dd>{children}</dd>
      {copy === undefined ? null : (
        <dd className={actions === undefined ? undefined : styles.tools}>
          {actions}
          <CopyButton text={copy} what={name} />
        </dd>
      )}
    </div>
  );
}

interface AttributePairsProps {
  readonly attributes: Readonly<Record<string, string>>;
  /** What can be done with one of them. */
  readonly actions?: ((name: string, value: string) => ReactNode) | undefined;
}

/** Attributes as they came, in reading order. */
export function AttributePairs({ attributes, actions }: AttributePairsProps) {
  const pairs = sortAttributes(attributes);
  if (pairs.length === 0) return <p className={styles.count}>none</p>;
  return (
    <Pairs>
      {pairs.map(([name, value]) => (
        <Pair key={name} name={name} copy={value} actions={actions?.(name, value)}>
          <LongText text={value} />
        </Pair>
      ))}
    </Pairs>
  );
}

/** A value of any size: its beginning, and more of it when asked for. */
export function LongText({ text }: { readonly text: string }) {
  const [open, setOpen] = useState(false);
  if (text === "") return <span className={styles.count}>empty</span>;
  if (text.length <= SHOWN_CHARS)
    return (
      <span className={styles.value}>
        <VisibleText text={text} />
      </span>
    );
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <span
        className={`${styles.value} ${styles.long}`}
        tabIndex={0}
        role="group"
        aria-label="long value"
        data-own-keys=""
      >
        <Beginning text={text} charsMax={open ? OPEN_CHARS_MAX : SHOWN_CHARS} />
      </span>
      <span className={styles.ways}>
        <button type="button" className={styles.expand} onClick={() => setOpen(!open)}>
          {open ? "Show less" : moreWords(text)}
        </button>
        {text.length > OPEN_CHARS_MAX ? <CopyAll text={text} /> : null}
      </span>
    </>
  );
}

interface BeginningProps {
  readonly text: string;
  readonly charsMax: number;
}

/** A text with its line breaks, cut to what a page can hold. */
export function Beginning({ text, charsMax }: BeginningProps) {
  return <VisibleText text={beginningOf(text, charsMax)} />;
}

/** The way to all of a value that is too long for the page. */
export function CopyAll({ text }: { readonly text: string }) {
  const [copied, copy] = useCopied(text);
  return (
    <button type="button" className={styles.expand} onClick={copy}>
      {copied ? "Copied" : copyWords(text)}
    </button>
  );
}
