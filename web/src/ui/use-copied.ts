import { useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";

const COPIED_MS = 1200;

/**
 * @param text or what gives it when it is asked for
 * @returns whether it was copied a moment ago, and what copies it
 */
export function useCopied(text: string | (() => string)): readonly [boolean, () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => copyText(typeof text === "string" ? text : text());
  return [copied, () => void copy().then(setCopied)];
}
