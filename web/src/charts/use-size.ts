import { useLayoutEffect, useRef, useState, type RefObject } from "react";

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The size of an element in whole pixels, 0 until it is known: a canvas has to be told. */
export function useSize(): readonly [RefObject<HTMLDivElement | null>, Size] {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ widthPx: 0, heightPx: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const read = () =>
      setSize({
        widthPx: Math.floor(element.clientWidth),
        heightPx: Math.floor(element.clientHeight),
      });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
