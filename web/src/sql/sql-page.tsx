import type { SqlQuery } from "@throughline/query/wire";
import { Download, Play, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client.ts";
import { readSqlFile, useSqlSchema } from "../api/sql.ts";
import { plural } from "../lib/format.ts";
import type { TimeRange } from "../lib/time-range.ts";
import { readParam } from "../lib/url-state.ts";
import { SavedMenu } from "../saved/saved-menu.tsx";
import { Page } from "../shell/page.tsx";
import { cx } from "../ui/cx.ts";
import controls from "../ui/controls.module.css";
import { EmptyState, Loading, ResultFooter } from "../ui/states.tsx";
import { useUrl } from "../ui/use-url.ts";
import { createSqlEditor, type SqlEditor } from "./editor.ts";
import { EXAMPLES } from "./examples.ts";
import { readPast, rememberStatement } from "./past-statements.ts";
import { ResultChart } from "./result-chart.tsx";
import { ResultGrid } from "./result-grid.tsx";
import { ResultViewSwitch, type ResultViewName } from "./result-view-switch.tsx";
import { readSql, sqlPatch, statementSearch } from "./sql-link.ts";
import styles from "./sql.module.css";
import { useRun, type Run } from "./use-run.ts";

/** Statements of people, run as the user for them. */
export function SqlPage() {
  const url = useUrl();
  const { run, start, cancel } = useRun();
  const editorRef = useRef<SqlEditor>(undefined);
  const executed = useRef("");
  const [past, setPast] = useState(readPast);
  const execute = (sql: string) => {
    const text = sql.trim();
    if (text === "") return;
    executed.current = text;
    setPast(rememberStatement(text));
    void sqlPatch(text).then((patch) => {
      // A long statement takes longer to become a link: the one that was run after it may have overtaken it.
      if (executed.current === text) url.replace(patch);
    });
    start(text, url.range);
  };
  const parent = useEditor(editorRef, execute);
  useLinkedStatement(executed, (sql) => {
    editorRef.current?.setText(sql);
    execute(sql);
  });
  useShownRange(run, start);
  useEffect(() => {
    const failed = run.kind === "failed" ? run.error : undefined;
    const position = failed instanceof ApiError ? failed.position : undefined;
    editorRef.current?.setFault(
      failed === undefined || position === undefined
        ? undefined
        : { position, message: failed.message },
    );
  }, [run]);
  const choose = (sql: string) => {
    editorRef.current?.setText(sql);
    editorRef.current?.focus();
  };
  const view = readParam(url.search, "view") === "chart" ? "chart" : "grid";
  return (
    <Page title="SQL" hasRange>
      <SqlBar
        run={run}
        view={view}
        past={past}
        onRun={() => execute(editorRef.current?.text ?? "")}
        onCancel={cancel}
        onChoose={choose}
      />
      <div ref={parent} className={styles.editor} data-own-keys="" />
      <Outcome run={run} view={view} onRange={url.setRange} />
    </Page>
  );
}

interface SqlBarProps {
  readonly run: Run;
  readonly view: ResultViewName;
  /** Statements, the newest first. */
  readonly past: readonly string[];
  readonly onRun: () => void;
  readonly onCancel: () => void;
  readonly onChoose: (sql: string) => void;
}

function SqlBar({ run, view, past, onRun, onCancel, onChoose }: SqlBarProps) {
  return (
    <div className={controls.bar}>
      {run.kind === "running" ? (
        <button type="button" className={controls.button} onClick={onCancel}>
          <Square size={13} aria-hidden="true" /> Cancel
        </button>
      ) : (
        <button
          type="button"
          className={cx(controls.button, controls.primary)}
          title="Ctrl+Enter"
          onClick={onRun}
        >
          <Play size={13} aria-hidden="true" /> Run
        </button>
      )}
      <Statements label="Examples" statements={EXAMPLES} onChoose={onChoose} />
      <Statements
        label="History"
        statements={past.map((sql) => ({ name: sql.replaceAll(/\s+/g, " ").slice(0, 100), sql }))}
        onChoose={onChoose}
      />
      <SavedMenu page="/sql" />
      {run.kind === "done" ? (
        <>
          <ResultViewSwitch view={view} />
          <Downloads query={{ sql: run.sql, ...run.range }} />
        </>
      ) : null}
      <span className={styles.hint}>
        Read-only. <code>$__timeFilter(Timestamp)</code> is the time range.
      </span>
    </div>
  );
}

type EditorRef = React.RefObject<SqlEditor | undefined>;

function useEditor(editorRef: EditorRef, execute: (sql: string) => void) {
  const parent = useRef<HTMLDivElement>(null);
  const current = useRef(execute);
  useEffect(() => {
    current.current = execute;
  });
  useEffect(() => {
    if (parent.current === null) return undefined;
    const made = createSqlEditor({
      parent: parent.current,
      text: "",
      label: "SQL statement",
      onRun: () => current.current(made.text),
    });
    editorRef.current = made;
    return () => made.destroy();
  }, [editorRef]);
  const schema = useSqlSchema().data;
  useEffect(() => {
    if (schema !== undefined) editorRef.current?.setSchema(schema);
  }, [editorRef, schema]);
  return parent;
}

/**
 * A link brings its statement along and runs it; what was run here is in the URL already. Nothing else of the URL counts:
 * what is being written stays when another range or view is chosen.
 */
function useLinkedStatement(
  executed: React.RefObject<string>,
  execute: (sql: string) => void,
): void {
  const linked = statementSearch(useUrl().search);
  const current = useRef(execute);
  useEffect(() => {
    current.current = execute;
  });
  useEffect(() => {
    let isGone = false;
    void readSql(linked).then((sql) => {
      if (!isGone && sql !== undefined && sql !== "" && sql !== executed.current)
        current.current(sql);
    });
    return () => {
      isGone = true;
    };
  }, [executed, linked]);
}

/** What is shown is of the range that the page names: in another one the statement is run again. */
function useShownRange(run: Run, start: (sql: string, range: TimeRange) => void): void {
  const { range } = useUrl();
  useEffect(() => {
    if (run.kind === "none") return;
    if (run.range.from !== range.from || run.range.to !== range.to) start(run.sql, range);
  }, [run, range, start]);
}

interface StatementsProps {
  readonly label: string;
  readonly statements: readonly { readonly name: string; readonly sql: string }[];
  readonly onChoose: (sql: string) => void;
}

function Statements({ label, statements, onChoose }: StatementsProps) {
  if (statements.length === 0) return null;
  return (
    <span className={styles.select}>
      <select
        aria-label={label}
        value=""
        onChange={({ target }) => {
          const chosen = statements[Number(target.value)];
          if (chosen !== undefined) onChoose(chosen.sql);
        }}
      >
        <option value="">{label}</option>
        {statements.map(({ name, sql }, i) => (
          <option key={sql} value={i}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}

const FORMATS = ["csv", "ndjson", "parquet"] as const;

function Downloads({ query }: { readonly query: SqlQuery }) {
  const [problem, setProblem] = useState<string>();
  const save = async (format: (typeof FORMATS)[number]) => {
    try {
      setProblem(undefined);
      const file = await readSqlFile({ ...query, format }, AbortSignal.timeout(120_000));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `result.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <span className={styles.group} role="group" aria-label="Download the result">
      {FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          className={controls.button}
          onClick={() => void save(format)}
        >
          <Download size={13} aria-hidden="true" /> {format.toUpperCase()}
        </button>
      ))}
      {problem === undefined ? null : (
        <span role="alert" className={controls.problem}>
          {problem}
        </span>
      )}
    </span>
  );
}

interface OutcomeProps {
  readonly run: Run;
  readonly view: ResultViewName;
  /** A range was chosen in the chart. */
  readonly onRange: (range: TimeRange) => void;
}

function Outcome({ run, view, onRange }: OutcomeProps) {
  switch (run.kind) {
    case "none":
      return (
        <EmptyState title="Ask ClickHouse">
          <p>
            Write a SELECT and press Ctrl+Enter. Tables, columns and functions are completed while
            you type; <code>request_tree(id = &apos;…&apos;)</code> is one request as a table.
          </p>
        </EmptyState>
      );
    case "running":
      return <Loading what="the result" />;
    case "failed":
      return (
        <EmptyState title="The statement was refused">
          <p role="alert">{run.error.message}</p>
        </EmptyState>
      );
    case "done":
      return (
        <>
          {view === "chart" ? (
            <ResultChart result={run.rows} onRange={onRange} />
          ) : (
            <ResultGrid result={run.rows} />
          )}
          <ResultFooter meta={run.rows.meta} shown={plural(run.rows.rows.length, "row")} />
        </>
      );
  }
}
