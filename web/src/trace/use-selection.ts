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

function nameOf({ span = "", log = "" }: Selection): string {
  return `${span}/${log}`;
}

interface Shown {
  readonly selection: Selection;
  /** What the URL said when this was set: when it says something else, a link or the back button changed it. */
  readonly urlName: string;
}

/** The selected row as it stands in the URL; shown at once, written at most every {@link WRITE_EVERY_MS}. */
export function useSelection(): readonly [Selection, (selection: Selection) => void] {
  const { search, replace } = useUrl();
  const inUrl = readSelection(search);
  const [shown, setShown] = useState<Shown>({ selection: inUrl, urlName: nameOf(inUrl) });
  if (shown.urlName !== nameOf(inUrl)) setShown({ selection: inUrl, urlName: nameOf(inUrl) });
  const writtenAtMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const select = useCallback(
    (selection: Selection) => {
      clearTimeout(timer.current);
      const write = () => {
        writtenAtMs.current = performance.now();
        replace({ span: selection.span, log: selection.log });
      };
      const waitMs = writtenAtMs.current + WRITE_EVERY_MS - performance.now();
      if (waitMs <= 0) write();
      else timer.current = setTimeout(write, waitMs);
      setShown({ selection, urlName: nameOf(readSelection(window.location.search)) });
    },
    [replace, setShown],
  );
  return [shown.selection, select];
}
