import { useFields } from "../api/fields.ts";
import { TRACE_SORTS } from "../api/trace-list.ts";
import { Select, TextField } from "../ui/controls.tsx";
import { useUrl } from "../ui/use-url.ts";
import { groupField, readGroups, readTraceSort } from "./grouping.ts";

const SORT_WORDS = { newest: "newest first", longest: "longest first" } as const;

/** Offered before the attributes. */
const FIRST_FIELDS = ["service", "name", "status", "kind", "version", "env"];

/** By what the traces are grouped, or in which order they come. */
export function ListOptions() {
  const { search, range, push } = useUrl();
  const [group = "", second = ""] = readGroups(search);
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
        check={notAField}
        onCommit={(typed) => push({ group: typed, group2: undefined, sort: undefined })}
      />
      {group === "" ? null : (
        <TextField
          label="and by"
          value={second}
          placeholder="no other"
          widthPx={128}
          mono
          suggestions={[...FIRST_FIELDS, ...attributes].filter((name) => name !== group)}
          check={(typed) => (typed === group ? "The same field" : notAField(typed))}
          onCommit={(typed) => push({ group2: typed, sort: undefined })}
        />
      )}
    </>
  );
}

function notAField(typed: string): string | undefined {
  return groupField(typed) === undefined ? "Not the name of one field" : undefined;
}
