import type { ServiceMap } from "@throughline/query/wire";
import { Share2, Table2 } from "lucide-react";
import { useServiceMap } from "../api/services.ts";
import { useStatus } from "../api/queries.ts";
import { plural } from "../lib/format.ts";
import { nanosToMs, parseNanos } from "../lib/nanos.ts";
import { readParam } from "../lib/url-state.ts";
import { mapSql } from "../services/statements.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import { CountedEnvironment } from "../shell/counted-environment.tsx";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { FilterChip } from "../ui/controls.tsx";
import { NothingFound } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, Progress, ResultFooter } from "../ui/states.tsx";
import { useKeys } from "../ui/use-keys.ts";
import { useUrl } from "../ui/use-url.ts";
import { MapDrawing } from "./map-drawing.tsx";
import { MapTable } from "./map-table.tsx";
import { NodePanel } from "./node-panel.tsx";
import styles from "./map.module.css";

/** Who calls whom, how often, and how often in vain. */
export function MapPage() {
  const { search, push } = useUrl();
  const focus = readParam(search, "focus");
  const isTable = readParam(search, "view") === "table";
  return (
    <Page title={focus === "" ? "Service map" : `Map around ${focus}`} hasRange>
      <div className={controls.bar}>
        {focus === "" ? null : (
          <FilterChip text={`around ${focus}`} onRemove={() => push({ focus: undefined })} />
        )}
        <Legend />
        <span className={styles.views}>
          <button
            type="button"
            className={controls.button}
            aria-pressed={!isTable}
            onClick={() => push({ view: undefined })}
          >
            <Share2 size={14} aria-hidden="true" /> Map
          </button>
          <button
            type="button"
            className={controls.button}
            aria-pressed={isTable}
            onClick={() => push({ view: "table" })}
          >
            <Table2 size={14} aria-hidden="true" /> Table
          </button>
        </span>
      </div>
      <CountedEnvironment>
        <MapResults focus={focus} isTable={isTable} />
      </CountedEnvironment>
    </Page>
  );
}

function Legend() {
  return (
    <span className={styles.legend}>
      Wider: more calls. Red with <b>✕</b>: share that failed.
    </span>
  );
}

interface MapResultsProps {
  readonly focus: string;
  readonly isTable: boolean;
}

function MapResults({ focus, isTable }: MapResultsProps) {
  const { search, range } = useUrl();
  const environment = readParam(search, "environment");
  const query = useServiceMap(range, environment, focus);
  const { data } = query;
  const isEmpty = data?.nodes.length === 0;
  const status = useStatus(isEmpty).data;
  if (query.isPending) return <Loading what="the map" />;
  if (data === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty && status === undefined) return <Loading what="the map" />;
  if (isEmpty && status?.hasTraces === false) return <NoDataEver what="traces" />;
  if (isEmpty)
    return (
      <NothingFound
        what="calls"
        filters={[
          ...(focus === "" ? [] : [`around ${focus}`]),
          ...(environment === "" ? [] : [`environment ${environment}`]),
        ]}
      />
    );
  return (
    <>
      <Shown map={data} isTable={isTable} isFetching={query.isFetching} />
      <ResultFooter
        meta={data.meta}
        shown={`${plural(data.nodes.length, "node")}, ${plural(data.edges.length, "connection")}`}
      >
        <SqlLinkIcon sql={mapSql(environment)} range={range} what="the calls" />
        {data.staleBuckets === 0 ? null : (
          <span>{plural(data.staleBuckets, "time slice")} got spans after it was counted</span>
        )}
      </ResultFooter>
    </>
  );
}

interface ShownProps {
  readonly map: ServiceMap;
  readonly isTable: boolean;
  readonly isFetching: boolean;
}

function Shown({ map, isTable, isFetching }: ShownProps) {
  const { search, replace } = useUrl();
  const width = parseNanos(map.toUnixNano) - parseNanos(map.fromUnixNano);
  const minutes = Math.max(1, nanosToMs(width) / 60_000);
  const node = map.nodes.find(({ id }) => id === readParam(search, "node"));
  const close = () => replace({ node: undefined });
  useKeys(node === undefined ? {} : { Escape: close });
  return (
    <div className={styles.body}>
      <Progress active={isFetching} />
      {isTable ? (
        <MapTable {...map} minutes={minutes} />
      ) : (
        <MapDrawing map={map} minutes={minutes} />
      )}
      {node === undefined ? null : (
        <div className={styles.panel}>
          <NodePanel node={node} {...map} minutes={minutes} onClose={close} />
        </div>
      )}
    </div>
  );
}
