import { Redirect } from "wouter";
import { useStatus } from "../api/queries.ts";
import { Page } from "../shell/page.tsx";
import { Loading } from "../ui/states.tsx";

/** The way in: to the traces, or to how the first of them gets here. */
export function HomePage() {
  const { data, isPending } = useStatus(true);
  if (isPending)
    return (
      <Page title="Throughline" hasRange={false}>
        <Loading what="the first page" />
      </Page>
    );
  const isEmpty = data !== undefined && !data.hasTraces && !data.hasLogs;
  return <Redirect to={isEmpty ? "/setup" : "/traces"} replace />;
}
