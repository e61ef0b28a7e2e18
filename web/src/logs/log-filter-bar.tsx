import { parseTraceId, type LogFilters } from "../lib/url-state.ts";
import { AttributeFilter } from "../ui/attribute-filter.tsx";
import { FilterChip, Select, TextField } from "../ui/controls.tsx";
import controls from "../ui/controls.module.css";

interface LogFilterBarProps {
  readonly filters: LogFilters;
  readonly services: readonly string[];
  readonly onChange: (change: Partial<LogFilters>) => void;
}

const LEAST_SEVERITY = [
  ["", "all"],
  ["DEBUG", "debug and above"],
  ["INFO", "info and above"],
  ["WARN", "warn and above"],
  ["ERROR", "error and above"],
  ["FATAL", "fatal only"],
] as const;

export function LogFilterBar({ filters, services, onChange }: LogFilterBarProps) {
  return (
    <section className={controls.bar} aria-label="Filters">
      <Select
        label="Service"
        value={filters.service}
        options={[["", "all"], ...services.map((name) => [name, name] as const)]}
        onChange={(service) => onChange({ service })}
      />
      <Select
        label="Severity"
        value={filters.severity}
        options={LEAST_SEVERITY}
        onChange={(severity) => onChange({ severity })}
      />
      <TextField
        label="Text"
        value={filters.text}
        placeholder={'words, "a phrase"'}
        widthPx={220}
        onCommit={(text) => onChange({ text })}
      />
      <TextField
        label="Trace"
        value={filters.traceId}
        placeholder="trace id"
        widthPx={120}
        mono
        check={(typed) =>
          parseTraceId(typed) === undefined ? "A trace id is 32 hex digits" : undefined
        }
        onCommit={(typed) => onChange({ traceId: parseTraceId(typed) ?? "", spanId: "" })}
      />
      {filters.spanId === "" ? null : (
        <FilterChip text={`span ${filters.spanId}`} onRemove={() => onChange({ spanId: "" })} />
      )}
      <AttributeFilter
        attributes={filters.attributes}
        onChange={(attributes) => onChange({ attributes })}
      />
    </section>
  );
}
