import { useMemo } from "react";
import { useLogs, useStatus } from "../api/queries.ts";
import { conditionTexts } from "../lib/filter-edit.ts";
import { plural } from "../lib/format.ts";
import { searchedOf } from "../lib/searched.ts";
import { readParam } from "../lib/url-state.ts";
import { logsSql } from "../sql/log-sql.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import { LoadMore, NothingFound, NothingYet } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, ResultFooter } from "../ui/states.tsx";
import { useInEnvironment } from "../ui/use-environment.ts";
import { useUrl } from "../ui/use-url.ts";
import { ColumnBar } from "./column-bar.tsx";
import { columnSql } from "./log-column.ts";
import { uniqueKeys } from "./log-keys.ts";
import { LogList } from "./log-list.tsx";
import { LogSelectionPanel } from "./log-selection-panel.tsx";
import { readColumns } from "./log-view.ts";
import styles from "./logs.module.css";

interface LogResultsProps {
  readonly q: string;
  /** With the columns of the URL. */
  readonly isTable: boolean;
}

/** The logs that were found, line by line. */
export function LogResults({ q, isTable }: LogResultsProps) {
  const { range } = useUrl();
  const asked = useInEnvironment(q, "logs");
  const query = useLogs(q, range);
  const pages = query.data?.pages ?? [];
  const searched = searchedOf(pages.map(({ logs, meta }) => ({ found: logs.length, meta })));
  const isEmpty = query.isSuccess && searched === "nothing";
  const status = useStatus(isEmpty).data;
  if (query.isPending) return <Loading what="logs" />;
  if (query.isError && query.data === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (searched === "unfinished")
    return (
      <NothingYet what="logs" meta={pages.at(-1)?.meta}>
        <LoadMore query={query} />
      </NothingYet>
    );
  if (isEmpty) {
    if (status === undefined) return <Loading what="logs" />;
    if (!status.hasLogs) return <NoDataEver what="logs" />;
    return <NothingFound what="logs" filters={conditionTexts(asked)} />;
  }
  return <FoundLogs q={q} isTable={isTable} query={query} />;
}

interface FoundLogsProps extends LogResultsProps {
  readonly query: ReturnType<typeof useLogs>;
}

function FoundLogs({ q, isTable, query }: FoundLogsProps) {
  const url = useUrl();
  const asked = useInEnvironment(q, "logs");
  const columns = useColumns(isTable, url.search);
  const pages = query.data?.pages;
  const logs = useMemo(() => pages?.flatMap((page) => page.logs) ?? [], [pages]);
  const keys = useMemo(() => uniqueKeys(logs), [logs]);
  const meta = pages?.at(-1)?.meta;
  const selected = keys.indexOf(readParam(url.search, "log"));
  const select = (key: string | undefined) => url.replace({ log: key });
  const sqlColumns = columns.flatMap((column) => columnSql(column) ?? []);
  return (
    <>
      {isTable ? <ColumnBar columns={columns} range={url.range} /> : null}
      <div className={styles.split}>
        <LogList
          logs={logs}
          keys={keys}
          selected={selected}
          isFetching={query.isFetching}
          onSelect={select}
          columns={columns}
        />
        <LogSelectionPanel log={logs[selected]} onClose={() => select(undefined)} />
      </div>
      {meta === undefined ? null : (
        <ResultFooter meta={meta} shown={`${plural(logs.length, "log")}, newest first`}>
          <SqlLinkIcon sql={logsSql(asked, sqlColumns)} range={url.range} what="these logs" />
          <LoadMore query={query} />
        </ResultFooter>
      )}
    </>
  );
}

/** The same array while the columns are the same: every row has it. */
function useColumns(isTable: boolean, search: string): readonly string[] {
  const names = isTable ? readColumns(search).join("\n") : "";
  return useMemo(() => (names === "" ? [] : names.split("\n")), [names]);
}
