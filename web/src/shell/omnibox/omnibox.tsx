import { Search } from "lucide-react";
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  use,
  useCallback,
  useEffect,
  useState,
} from "react";
import styles from "./omnibox.module.css";

const load = async () => ({ default: (await import("./omnibox-dialog.tsx")).OmniboxDialog });
const OmniboxDialog = lazy(load);
const Open = createContext<() => void>(() => undefined);

/** Ctrl+K is the Mac's own key for the rest of a line; there it is ⌘K alone. */
const isMac = navigator.platform.startsWith("Mac");
const NOTICE_MS = 2500;

/** Whether the key opens the omnibox; with letters held off, too, for it needs Ctrl or ⌘. */
function isOmniboxKey(event: KeyboardEvent): boolean {
  const held = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  return held && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
}

interface OmniboxProps {
  readonly onShowKeys: () => void;
  readonly children: ReactNode;
}

/** Opens the box that finds everything, from any page; the box itself comes when the browser has nothing else to do. */
export function Omnibox({ onShowKeys, children }: OmniboxProps) {
  const [isOpen, setOpen] = useState(false);
  const [notice, setNotice] = useState("");
  const open = useCallback(() => setOpen(true), []);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isOmniboxKey(event) || event.defaultPrevented) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    // Before the editor of SQL, which has its own use for it.
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, []);
  useEffect(() => {
    const idle = requestIdleCallback(() => void load());
    return () => cancelIdleCallback(idle);
  }, []);
  useEffect(() => {
    if (notice === "") return undefined;
    const timer = setTimeout(() => setNotice(""), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <Open value={open}>
      {children}
      <Suspense fallback={null}>
        {isOpen ? (
          <OmniboxDialog
            onClose={() => setOpen(false)}
            onShowKeys={onShowKeys}
            onNotice={setNotice}
          />
        ) : null}
      </Suspense>
      <p role="status" className={notice === "" ? styles.silent : styles.notice}>
        {notice}
      </p>
    </Open>
  );
}

/** Looks like the box it opens. */
export function OmniboxButton() {
  const open = use(Open);
  return (
    <button
      type="button"
      className={styles.button}
      aria-haspopup="dialog"
      aria-keyshortcuts={isMac ? "Meta+K" : "Control+K"}
      onPointerEnter={() => void load()}
      onClick={open}
    >
      <Search size={14} aria-hidden="true" />
      <span className={styles.invitation}>Find anything</span>
      <kbd>{isMac ? "⌘K" : "Ctrl K"}</kbd>
    </button>
  );
}
