import { useEffect, useRef, type ReactNode } from "react";
import { toVisibleLine } from "../lib/visible-text.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { EnvironmentSelect } from "./environment-select.tsx";
import { OmniboxButton } from "./omnibox/omnibox.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";
import { TimeRangeControl } from "./time-range-control.tsx";
import styles from "./shell.module.css";

interface PageProps {
  /** The window's title, without the product's name. */
  readonly title: string;
  /** The page's one h1; left out when it is the title. */
  readonly heading?: ReactNode;
  /** Beside the heading. */
  readonly aside?: ReactNode;
  /** Whether the page looks at a time range. */
  readonly hasRange: boolean;
  readonly children: ReactNode;
}

/** What a tab and the history have room for. */
const TITLE_CHARS_MAX = 160;

let isFirstPage = true;

/** A page's frame: the bar on top and the main landmark. Moves the focus to the heading when one comes from elsewhere. */
export function Page({ title, heading, aside, hasRange, children }: PageProps) {
  const h1 = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${toVisibleLine(title, TITLE_CHARS_MAX)} · Throughline`;
  }, [title]);
  useEffect(() => {
    if (!isFirstPage) h1.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  return (
    <div className={styles.page}>
      <header className={styles.top} data-region="">
        <div className={styles.heading}>
          <h1 ref={h1} tabIndex={-1}>
            {heading ?? <OneLine text={title} />}
          </h1>
          {aside}
        </div>
        <EnvironmentSelect />
        <OmniboxButton />
        {hasRange ? <TimeRangeControl /> : null}
        <ThemeToggle />
      </header>
      <main id="main" className={styles.main} tabIndex={-1} data-region="">
        {children}
      </main>
    </div>
  );
}
