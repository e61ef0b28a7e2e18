import { useFields } from "../api/fields.ts";
import { TRACE_SORTS } from "../api/trace-list.ts";
import { Select, TextField } from "../ui/controls.tsx";
import { useUrl } from "../ui/use-url.ts";
import { groupField, readGroup, readTraceSort } from "./grouping.ts";

const SORT_WORDS = { newest: "newest first", longest: "longest first" } as const;

/** Offered before the attributes. */
const FIRST_FIELDS = ["service", "name", "status", "kind", "version", "env"];

/** By what the traces are grouped, or in which order they come. */
export function ListOptions() {
  const { search, range, push } = useUrl();
  const group = readGroup(search);
  const fields = useFields({ signal: "traces", range, isEnabled: true }).data;
  const attributes = fields?.attributes.map(({ name }) => name) ?? [];
  return (
    <>
      {group === "" ? (
        <Select
          label="Sort"
          value={readTraceSort(search)}
          options={TRACE_SORTS.map((sort) => [sort, SORT_WORDS[sort]])}
          onChange={(sort) => push({ sort: sort === "newest" ? undefined : sort })}
        />
      ) : null}
      <TextField
        label="Group by"
        value={group}
        placeholder="no field"
        widthPx={128}
        mono
        suggestions={[...FIRST_FIELDS, ...attributes]}
        check={(typed) =>
          groupField(typed) === undefined ? "Not the name of one field" : undefined
        }
        onCommit={(typed) => push({ group: typed, sort: undefined })}
      />
    </>
  );
}
