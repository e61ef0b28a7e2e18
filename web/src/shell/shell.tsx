import { Boxes, CircleHelp, Database, ListTree, Plug, ScrollText, Waypoints } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { pageHref } from "../lib/url-state.ts";
import { IconButton } from "../ui/controls.tsx";
import { useKeys } from "../ui/use-keys.ts";
import { useUrl } from "../ui/use-url.ts";
import { Omnibox } from "./omnibox/omnibox.tsx";
import { useRegions } from "./use-regions.ts";
import styles from "./shell.module.css";

const KeysDialog = lazy(async () => ({
  default: (await import("./keys-dialog.tsx")).KeysDialog,
}));

const PLACES = [
  { path: "/services", words: "Services", Icon: Boxes },
  { path: "/map", words: "Map", Icon: Waypoints },
  { path: "/traces", words: "Traces", Icon: ListTree },
  { path: "/logs", words: "Logs", Icon: ScrollText },
  { path: "/sql", words: "SQL", Icon: Database },
] as const;

/** A trace belongs to the traces. */
function isCurrent(path: string, location: string): boolean {
  return location.startsWith(path) || (path === "/traces" && location.startsWith("/trace/"));
}

export function Shell({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const { search } = useUrl();
  const [isShowingKeys, setShowingKeys] = useState(false);
  const showKeys = () => setShowingKeys(true);
  useKeys({ "?": showKeys });
  useRegions();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <nav className={styles.rail} aria-label="Pages" data-region="">
        <Link
          href={pageHref("/traces", search)}
          className={styles.mark}
          aria-label="Throughline, home"
        >
          <img src="/icon.svg" width={26} height={26} alt="" />
        </Link>
        {PLACES.map(({ path, words, Icon }) => (
          <Link
            key={path}
            href={pageHref(path, search)}
            className={styles.item}
            aria-current={isCurrent(path, location) ? "page" : undefined}
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
            {words}
          </Link>
        ))}
        <span className={styles.spacer} />
        <Link
          href={pageHref("/setup", search)}
          className={styles.item}
          aria-current={location === "/setup" ? "page" : undefined}
        >
          <Plug size={18} strokeWidth={1.75} aria-hidden="true" />
          Set up
        </Link>
        <span className={styles.foot}>
          <IconButton label="Keyboard keys (?)" onClick={showKeys}>
            <CircleHelp size={17} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        </span>
      </nav>
      <Omnibox onShowKeys={showKeys}>{children}</Omnibox>
      <Suspense fallback={null}>
        {isShowingKeys ? <KeysDialog onClose={() => setShowingKeys(false)} /> : null}
      </Suspense>
    </div>
  );
}
