import { useQueryClient } from "@tanstack/react-query";
import { Calendar, ChevronDown, RefreshCw } from "lucide-react";
import { useRef, useState } from "react";
import {
  describeRange,
  endingNow,
  RANGE_PRESETS,
  resolveRange,
  shiftRange,
  zoomRange,
  type TimeRange,
} from "../lib/time-range.ts";
import { parseTypedRange, type ParsedRange } from "../lib/typed-range.ts";
import { IconButton } from "../ui/controls.tsx";
import { cx } from "../ui/cx.ts";
import { useKeys } from "../ui/use-keys.ts";
import { useNow } from "../ui/use-now.ts";
import { useUrl } from "../ui/use-url.ts";
import controls from "../ui/controls.module.css";
import styles from "./shell.module.css";

export function TimeRangeControl() {
  const { range, setRange } = useUrl();
  const popover = useRef<HTMLDivElement>(null);
  const queries = useQueryClient();
  useKeys({
    "[": () => setRange(shiftRange(range, -1, Date.now())),
    "]": () => setRange(shiftRange(range, 1, Date.now())),
    "-": () => setRange(zoomRange(range, "out", Date.now())),
    "=": () => setRange(zoomRange(range, "in", Date.now())),
    "0": () => setRange(endingNow(range, Date.now())),
  });
  const choose = (chosen: TimeRange) => {
    popover.current?.hidePopover();
    setRange(chosen);
  };
  return (
    <div className={styles.range}>
      <button type="button" className={controls.button} popoverTarget="time-range">
        <Calendar size={14} aria-hidden="true" />
        <span className="visually-hidden">Time range: </span>
        {describeRange(range, useNow())}
        <ChevronDown size={14} aria-hidden="true" />
      </button>{" "}
      <IconButton label="Ask again" onClick={() => void queries.invalidateQueries()}>
        <RefreshCw size={15} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
      <div
        ref={popover}
        id="time-range"
        popover="auto"
        role="group"
        aria-label="Time range"
        className={styles.popover}
      >
        <TypedRange onChoose={choose} />
        <div className={styles.presets}>
          {RANGE_PRESETS.map(({ label, typed }) => (
            <button
              key={typed}
              type="button"
              aria-pressed={range.from === `now-${typed}` && range.to === "now"}
              onClick={() => choose({ from: `now-${typed}`, to: "now" })}
            >
              {label}
              <kbd>{typed}</kbd>
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The field that takes what people type, and says at once how it is understood. */
function TypedRange({ onChoose }: { readonly onChoose: (range: TimeRange) => void }) {
  const [typed, setTyped] = useState("");
  const nowMs = useNow();
  const parsed = typed.trim() === "" ? undefined : parseTypedRange(typed, nowMs);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed?.kind !== "range") return;
        setTyped("");
        onChoose(parsed.range);
      }}
    >
      <input
        value={typed}
        aria-label="Time range, typed"
        placeholder="15m, 2h, 14:05-14:20, 2026-11-20 10:00 to 11:00"
        aria-invalid={parsed?.kind === "invalid"}
        aria-describedby="typed-range-hint"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
      <p
        id="typed-range-hint"
        className={cx(styles.hint, parsed?.kind === "invalid" && styles.hintBad)}
        aria-live="polite"
      >
        {hintOf(parsed, nowMs)}
      </p>
    </form>
  );
}

function hintOf(parsed: ParsedRange | undefined, nowMs: number): string {
  if (parsed === undefined) return "Local time. Press Enter to use what is typed.";
  if (parsed.kind === "invalid") return parsed.reason;
  const { fromMs, toMs } = resolveRange(parsed.range, nowMs);
  const utc = (ms: number) => new Date(ms).toISOString().slice(0, 19).split("T");
  const [fromDay, fromClock] = utc(fromMs);
  const [toDay, toClock] = utc(toMs);
  return `UTC ${fromDay} ${fromClock} – ${fromDay === toDay ? "" : `${toDay} `}${toClock}`;
}
