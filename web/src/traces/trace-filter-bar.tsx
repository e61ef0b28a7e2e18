import { CircleX } from "lucide-react";
import type { Services } from "@throughline/query/wire";
import { parseTypedDuration } from "../lib/attributes.ts";
import type { TraceFilters } from "../lib/url-state.ts";
import { AttributeFilter } from "../ui/attribute-filter.tsx";
import { Select, TextField } from "../ui/controls.tsx";
import controls from "../ui/controls.module.css";

interface TraceFilterBarProps {
  readonly filters: TraceFilters;
  readonly services: Services["services"];
  readonly onChange: (change: Partial<TraceFilters>) => void;
}

function checkDuration(typed: string): string | undefined {
  return parseTypedDuration(typed) === undefined
    ? "A duration, for example 250ms, 1.5s or 2m"
    : undefined;
}

export function TraceFilterBar({ filters, services, onChange }: TraceFilterBarProps) {
  const operations = services
    .filter((service) => filters.service === "" || service.name === filters.service)
    .flatMap((service) => service.operations);
  return (
    <section className={controls.bar} aria-label="Filters">
      <Select
        label="Service"
        value={filters.service}
        options={[["", "all"], ...services.map(({ name }) => [name, name] as const)]}
        onChange={(service) => onChange({ service })}
      />
      <TextField
        label="Operation"
        value={filters.operation}
        placeholder="any"
        widthPx={140}
        suggestions={[...new Set(operations)]}
        onCommit={(operation) => onChange({ operation })}
      />
      <TextField
        label="Min"
        value={filters.minDuration}
        placeholder="0 ms"
        widthPx={58}
        check={checkDuration}
        onCommit={(minDuration) => onChange({ minDuration })}
      />
      <TextField
        label="Max"
        value={filters.maxDuration}
        placeholder="any"
        widthPx={58}
        check={checkDuration}
        onCommit={(maxDuration) => onChange({ maxDuration })}
      />
      <button
        type="button"
        className={controls.button}
        aria-pressed={filters.errorsOnly}
        onClick={() => onChange({ errorsOnly: !filters.errorsOnly })}
      >
        <CircleX size={14} aria-hidden="true" /> Errors only
      </button>
      <AttributeFilter
        attributes={filters.attributes}
        onChange={(attributes) => onChange({ attributes })}
      />
    </section>
  );
}
