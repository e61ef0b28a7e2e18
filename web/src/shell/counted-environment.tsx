import { Info } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { pageHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import controls from "../ui/controls.module.css";
import { EmptyState } from "../ui/states.tsx";
import { useEnvironment } from "../ui/use-environment.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import styles from "./shell.module.css";

/**
 * Around figures that are counted ahead, per service and minute: those know an environment by its newer attribute only. Says
 * what is not in them, and shows none where none of them would be right.
 */
export function CountedEnvironment({ children }: { readonly children: ReactNode }) {
  const environment = useEnvironment();
  const { search, push } = useUrl();
  if (environment === undefined || environment.key === "name") return children;
  if (environment.key === "both")
    return (
      <>
        <p className={styles.environmentNote}>
          <Info size={14} aria-hidden="true" />
          <span>
            These figures count <code>deployment.environment.name</code>. What{" "}
            <OneLine text={environment.value} /> sends with the older{" "}
            <code>deployment.environment</code> is in traces and logs only.
          </span>
        </p>
        {children}
      </>
    );
  return (
    <EmptyState
      title={`${toVisibleLine(environment.value)} is not in the figures of services`}
      actions={
        <>
          <Link className={controls.button} href={pageHref("/traces", search)}>
            Its traces
          </Link>
          <Link className={controls.button} href={pageHref("/logs", search)}>
            Its logs
          </Link>
          <button
            type="button"
            className={controls.button}
            onClick={() => push({ environment: undefined, envkey: undefined })}
          >
            All environments
          </button>
        </>
      }
    >
      <p>
        They are counted by <code>deployment.environment.name</code>; {environment.value} stands in
        the older attribute <code>deployment.environment</code>. A rule of the collector that
        renames it puts what comes from then on into them.
      </p>
    </EmptyState>
  );
}
