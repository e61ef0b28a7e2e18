import { useCallback, useEffect, useRef, useState } from "react";
import { useUrl } from "../ui/use-url.ts";
import type { Selection } from "./trace-rows.ts";

/** Browsers refuse more than a few history changes per second; a held arrow key makes thirty. */
const WRITE_EVERY_MS = 200;

function readSelection(search: string): Selection {
  const params = new URLSearchParams(search);
  const span = params.get("span");
  const log = params.get("log");
  return {
    ...(span === null || span === "" ? {} : { span }),
    ...(log === null || log === "" ? {} : { log }),
  };
}

function isSame(a: Selection, b: Selection): boolean {
  return a.span === b.span && a.log === b.log;
}

/** The selected row as it stands in the URL; shown at once, written at most every {@link WRITE_EVERY_MS}. */
export function useSelection(): readonly [Selection, (selection: Selection) => void] {
  const { search, replace } = useUrl();
  const inUrl = readSelection(search);
  const [selection, setSelection] = useState(inUrl);
  const written = useRef(inUrl);
  const writtenAtMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (isSame(inUrl, written.current)) return;
    // Someone else changed the URL: a link, or the back button.
    written.current = inUrl;
    clearTimeout(timer.current);
    setSelection(inUrl);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const select = useCallback(
    (next: Selection) => {
      setSelection(next);
      clearTimeout(timer.current);
      const write = () => {
        written.current = next;
        writtenAtMs.current = performance.now();
        replace({ span: next.span, log: next.log });
      };
      const waitMs = writtenAtMs.current + WRITE_EVERY_MS - performance.now();
      if (waitMs <= 0) write();
      else timer.current = setTimeout(write, waitMs);
    },
    [replace],
  );
  return [selection, select];
}
