import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** Rows above and below the screen that are kept ready. */
const OVERSCAN = 6;
/** The window moves in steps, so that most scroll events change nothing. */
const STEP = 4;
/** Rows beyond the edge that still count as a step. */
const NEAR_ROWS = 2;

export interface RowWindow {
  /** The scrolling element. */
  readonly ref: RefObject<HTMLDivElement | null>;
  /** Half-open: the rows to render. */
  readonly first: number;
  readonly end: number;
  /** Rows that fit on the screen, for page up and down. */
  readonly page: number;
  /** Brings a row on screen. */
  readonly scrollTo: (row: number) => void;
}

interface Geometry {
  readonly top: number;
  readonly height: number;
}

/** Until the list is laid out: more than its share of the window it does not get. */
function guessGeometry(): Geometry {
  return { top: 0, height: Math.min(1200, window.innerHeight) };
}

/**
 * Which rows of a long list to render when all are equally high: arithmetic, no measuring.
 * @param headerPx height of a sticky header inside the scrolling element
 */
export function useFixedRows(rowCount: number, rowPx: number, headerPx: number): RowWindow {
  const ref = useRef<HTMLDivElement>(null);
  const [geometry, setGeometry] = useState<Geometry>(guessGeometry);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const read = () => {
      const top = Math.floor(element.scrollTop / (rowPx * STEP)) * STEP;
      const height = element.clientHeight;
      setGeometry((old) => (old.top === top && old.height === height ? old : { top, height }));
    };
    element.addEventListener("scroll", read, { passive: true });
    // Says the height once at the start, too, when it is known anyway: asking for it here would lay the page out twice.
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", read);
      observer.disconnect();
    };
  }, [rowPx]);
  const scrollTo = useCallback(
    (row: number) => {
      const element = ref.current;
      if (element === null || row < 0) return;
      const space = element.clientHeight - headerPx;
      const above = element.scrollTop - row * rowPx;
      const below = (row + 1) * rowPx - space - element.scrollTop;
      if (above <= 0 && below <= 0) return;
      // A step moves the list by a row; a jump puts its target in the middle.
      if (Math.max(above, below) > rowPx * NEAR_ROWS) element.scrollTop = row * rowPx - space / 2;
      else element.scrollTop += above > 0 ? -above : below;
    },
    [rowPx, headerPx],
  );
  const page = Math.max(1, Math.floor((geometry.height - headerPx) / rowPx));
  const first = Math.max(0, Math.min(geometry.top, rowCount - 1) - OVERSCAN);
  const end = Math.min(rowCount, geometry.top + page + STEP + OVERSCAN);
  return { ref, first, end, page, scrollTo };
}
