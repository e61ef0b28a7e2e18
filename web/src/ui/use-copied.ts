import { useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";

const COPIED_MS = 1200;

/** @returns whether the text was copied a moment ago, and what copies it */
export function useCopied(text: string): readonly [boolean, () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, () => void copyText(text).then(setCopied)];
}
