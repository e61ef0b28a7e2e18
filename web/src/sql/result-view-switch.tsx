import { ChartLine, Table2 } from "lucide-react";
import controls from "../ui/controls.module.css";
import { useUrl } from "../ui/use-url.ts";
import styles from "./sql.module.css";

export type ResultViewName = "grid" | "chart";

/** Rows, or a chart of them. */
export function ResultViewSwitch({ view }: { readonly view: ResultViewName }) {
  const { replace } = useUrl();
  return (
    <span className={styles.switch} role="group" aria-label="Show the result as">
      <button
        type="button"
        className={controls.button}
        aria-pressed={view === "grid"}
        onClick={() => replace({ view: undefined, y: undefined })}
      >
        <Table2 size={13} aria-hidden="true" /> Rows
      </button>
      <button
        type="button"
        className={controls.button}
        aria-pressed={view === "chart"}
        onClick={() => replace({ view: "chart" })}
      >
        <ChartLine size={13} aria-hidden="true" /> Chart
      </button>
    </span>
  );
}
