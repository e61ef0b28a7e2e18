import {
  Check,
  Database,
  Download,
  FileDown,
  GitCompare,
  Link2,
  Share2,
  TriangleAlert,
} from "lucide-react";
import { memo, useState, type ReactNode } from "react";
import { Link } from "wouter";
import { compareHref } from "../compare/compare-href.ts";
import { sqlHref } from "../sql/sql-link.ts";
import controls from "../ui/controls.module.css";
import { IconButton } from "../ui/controls.tsx";
import { useCopied } from "../ui/use-copied.ts";
import { useKeys } from "../ui/use-keys.ts";
import { toOtlp } from "./to-otlp.ts";
import { loadWholeTrace, type LoadedTrace } from "./load-trace.ts";
import { logsRangeOf } from "./logs-range.ts";
import styles from "./trace.module.css";

const DOWNLOAD_MS = 120_000;

interface ShareButtonsProps {
  /** As it was received, whatever is shown. */
  readonly trace: LoadedTrace;
  readonly title: string;
}

/** The trace for somebody else: the address of exactly this view, or the trace itself. */
export const ShareButtons = memo(function ShareButtons({ trace, title }: ShareButtonsProps) {
  const [copied, copy] = useCopied(() => window.location.href);
  useKeys({ y: copy });
  // Only where the system can share, and not where the address is not secure.
  const canShare = "share" in navigator;
  const { traceId } = trace.model;
  return (
    <span className={styles.share}>
      <Link
        className={controls.button}
        href={compareHref(traceId)}
        title="Beside how long its operations usually take"
      >
        <GitCompare size={14} aria-hidden="true" /> <span>Compare</span>
      </Link>
      <Link className={controls.button} href={requestSqlHref(trace)} title="Open as SQL">
        <Database size={14} aria-hidden="true" /> <span>SQL</span>
      </Link>
      <IconButton label="Copy the link to this view (y)" onClick={copy}>
        {copied ? (
          <Check size={15} aria-label="Copied" />
        ) : (
          <Link2 size={15} strokeWidth={1.75} aria-hidden="true" />
        )}
      </IconButton>
      {canShare ? (
        <IconButton
          label="Share the link"
          onClick={() => {
            // Closing the system's dialog is no failure.
            navigator.share({ title, url: window.location.href }).catch(() => undefined);
          }}
        >
          <Share2 size={15} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      ) : null}
      <SaveButton
        label="Save the trace as one page that opens without a server"
        save={() => saveHtml(trace)}
      >
        <FileDown size={15} strokeWidth={1.75} aria-hidden="true" />
      </SaveButton>
      <SaveButton label="Download the trace as OTLP JSON" save={() => saveOtlp(trace)}>
        <Download size={15} strokeWidth={1.75} aria-hidden="true" />
      </SaveButton>
    </span>
  );
});

interface SaveButtonProps {
  readonly label: string;
  readonly save: () => Promise<void>;
  /** Its icon. */
  readonly children: ReactNode;
}

type Saving = "idle" | "saving" | "failed";

/** A large trace takes seconds to be read: until then nothing more can be asked of the button. */
function SaveButton({ label, save, children }: SaveButtonProps) {
  const [saving, setSaving] = useState<Saving>("idle");
  const start = () => {
    setSaving("saving");
    save().then(
      () => setSaving("idle"),
      () => setSaving("failed"),
    );
  };
  const isFailed = saving === "failed";
  return (
    <>
      <IconButton
        label={isFailed ? `${label}: failed, try again` : label}
        disabled={saving === "saving"}
        onClick={start}
      >
        {isFailed ? <TriangleAlert size={15} strokeWidth={1.75} aria-hidden="true" /> : children}
      </IconButton>
      <span role="status" className="visually-hidden">
        {saving === "saving" ? "Saving…" : ""}
      </span>
    </>
  );
}

/** The statement that reads the same spans; an id that came with the address is hexadecimal, so quotes hold it. */
function requestSqlHref({ model }: LoadedTrace): string {
  const sql = `SELECT * FROM request_spans(id = '${model.traceId.replaceAll(/[^0-9a-f]/g, "")}')`;
  return sqlHref(sql, logsRangeOf(model));
}

async function saveOtlp(trace: LoadedTrace): Promise<void> {
  const { model } = await wholeOf(trace);
  const file = new Blob([JSON.stringify(toOtlp(model))], { type: "application/json" });
  saveFile(file, `trace-${model.traceId}.otlp.json`);
}

/** What makes the page comes when somebody wants one. */
async function saveHtml(trace: LoadedTrace): Promise<void> {
  const { toOfflineFile } = await import("./offline/save-html.ts");
  const whole = await wholeOf(trace);
  saveFile(await toOfflineFile(whole, window.location.href), `trace-${whole.model.traceId}.html`);
}

/** What was drawn from columns is asked for whole first. */
async function wholeOf(trace: LoadedTrace): Promise<LoadedTrace> {
  if (trace.columns === undefined) return trace;
  return loadWholeTrace(trace.model.traceId, AbortSignal.timeout(DOWNLOAD_MS));
}

function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file when the next task runs; a minute is for the slowest.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
