import { useState } from "react";
import { parseAttribute } from "../lib/attributes.ts";
import { FilterChip, TextField } from "./controls.tsx";

interface AttributeFilterProps {
  readonly attributes: readonly string[];
  readonly onChange: (attributes: readonly string[]) => void;
}

/** Chips of `key=value`, and a field that adds one. */
export function AttributeFilter({ attributes, onChange }: AttributeFilterProps) {
  // A new field after each chip: the typed text is the field's own.
  const [added, setAdded] = useState(0);
  return (
    <>
      {attributes.map((attribute) => (
        <FilterChip
          key={attribute}
          text={attribute}
          onRemove={() => onChange(attributes.filter((one) => one !== attribute))}
        />
      ))}
      <TextField
        key={added}
        label="Attribute"
        value=""
        placeholder="key=value"
        widthPx={112}
        mono
        check={(typed) =>
          parseAttribute(typed) === undefined
            ? "Write key=value, for example http.route=/pay"
            : undefined
        }
        onCommit={(typed) => {
          const attribute = parseAttribute(typed);
          if (attribute === undefined) return;
          setAdded(added + 1);
          if (!attributes.includes(attribute)) onChange([...attributes, attribute]);
        }}
      />
    </>
  );
}
