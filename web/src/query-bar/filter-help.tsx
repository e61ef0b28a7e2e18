import type { FilterSignal } from "@throughline/query/filter";
import { CircleQuestionMark } from "lucide-react";
import { useId } from "react";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import styles from "./query-bar.module.css";

type Form = readonly [text: string, means: string];

const COMMON: readonly Form[] = [
  ["timeout", "a word, in any case"],
  ['"card declined"', "a phrase"],
  ["http.route:/api/*", "an attribute; * and ? stand for anything"],
  ["user.id:(7 OR 9)", "one of several"],
  ["http.response.status_code:[500 TO 599]", "a range; also >, >=, <, <="],
  ["exists(exception.type)", "is there at all"],
  ["-env:test", "must not hold; also NOT"],
  ["a b OR (c AND d)", "side by side all must hold; OR, parentheses"],
];

const OF_SIGNAL: Readonly<Record<FilterSignal, readonly Form[]>> = {
  traces: [
    ["service:checkout status:error", "fields of a span"],
    ["duration>100ms root:true", "time it took; spans without a parent"],
  ],
  logs: [
    ["service:checkout severity>=warn", "fields of a log"],
    ["body:/order-\\d{6}/", "a regular expression"],
  ],
};

/** The language on one card. */
export function FilterHelp({ signal }: { readonly signal: FilterSignal }) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        className={cx(controls.icon, controls.small)}
        popoverTarget={id}
        aria-label="How to write a filter"
        title="How to write a filter"
      >
        <CircleQuestionMark size={14} aria-hidden="true" />
      </button>
      <div id={id} popover="auto" role="group" aria-label="Filters" className={styles.help}>
        <h2>Filters</h2>
        <dl>
          {[...OF_SIGNAL[signal], ...COMMON].map(([text, means]) => (
            <div key={text}>
              <dt>
                <code>{text}</code>
              </dt>
              <dd>{means}</dd>
            </div>
          ))}
        </dl>
        <p>
          {signal === "traces"
            ? "All conditions are about one span; its trace is found. "
            : "Words are looked for in the body. "}
          Quotes make anything a plain value. The whole language is in docs/search.md.
        </p>
      </div>
    </>
  );
}
