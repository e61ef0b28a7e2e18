import { Search } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { parseTraceId, traceHref } from "../lib/url-state.ts";
import { useUrl } from "../ui/use-url.ts";
import { cx } from "../ui/cx.ts";
import controls from "../ui/controls.module.css";
import styles from "./shell.module.css";

/** Opens a trace by its id, as it stands in a log line or a `traceparent` header. */
export function IdBox() {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [, navigate] = useLocation();
  const { search } = useUrl();
  const open = () => {
    if (typed.trim() === "") return;
    const traceId = parseTraceId(typed);
    if (traceId === undefined) {
      setProblem("A trace id is 32 hex digits. A whole traceparent header works, too.");
      return;
    }
    setTyped("");
    navigate(traceHref(search, { traceId }));
  };
  return (
    <form
      role="search"
      className={styles.idBox}
      onSubmit={(event) => {
        event.preventDefault();
        open();
      }}
    >
      <label className={cx(controls.field, problem !== undefined && controls.invalid)}>
        <span className={controls.label}>
          <Search size={14} aria-hidden="true" />
        </span>
        <input
          className={cx(controls.input, controls.mono)}
          style={{ width: 190 }}
          value={typed}
          placeholder="Open a trace id"
          aria-label="Open a trace id"
          aria-invalid={problem !== undefined}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.target.value);
            setProblem(undefined);
          }}
          onBlur={() => setProblem(undefined)}
        />
      </label>
      {problem === undefined ? null : (
        <p className={styles.idProblem} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
