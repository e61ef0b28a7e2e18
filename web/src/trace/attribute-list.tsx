import { ListTree, Pin, PinOff, ScrollText } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { RecordField } from "../lib/field-filter.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import controls from "../ui/controls.module.css";
import { IconButton } from "../ui/controls.tsx";
import { cx } from "../ui/cx.ts";
import { AttributePairs, LongText, Pair, Pairs, Section } from "../ui/panel.tsx";
import panel from "../ui/panel.module.css";
import { useUrl } from "../ui/use-url.ts";
import { attributeHrefs } from "./attribute-links.ts";
import { pinnedOf } from "./pins.ts";
import type { TraceIndex } from "./trace-index.ts";
import { usePins } from "./use-pins.ts";
import styles from "./attribute-list.module.css";

type Attributes = Readonly<Record<string, string>>;

interface ActionsProps {
  readonly index: TraceIndex;
  readonly field: RecordField;
}

/** What can be done with a value: find its like, or keep it in sight. Ids cannot be pinned: no two spans share them. */
export function AttributeActions({ index, field }: ActionsProps) {
  const { search } = useUrl();
  const [pins, toggle] = usePins();
  const [nowMs] = useState(Date.now);
  const hrefs = attributeHrefs(search, index, field, nowMs);
  const icon = cx(controls.icon, controls.small);
  const { name } = field;
  const shown = toVisibleLine(name);
  const isPinned = pins.includes(name);
  return (
    <>
      <Link
        className={icon}
        href={hrefs.traces}
        aria-label={`Traces with this ${shown}`}
        title="Traces with this value"
      >
        <ListTree size={13} aria-hidden="true" />
      </Link>
      <Link
        className={icon}
        href={hrefs.logs}
        aria-label={`Logs with this ${shown}`}
        title="Logs with this value"
      >
        <ScrollText size={13} aria-hidden="true" />
      </Link>
      {field.kind === "field" ? null : (
        <IconButton
          small
          label={isPinned ? `Unpin ${name}` : `Pin ${name}: show it first, of every span`}
          onClick={() => toggle(name)}
        >
          {isPinned ? (
            <PinOff size={13} aria-hidden="true" />
          ) : (
            <Pin size={13} aria-hidden="true" />
          )}
        </IconButton>
      )}
    </>
  );
}

interface PinnedProps {
  readonly index: TraceIndex;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

/** What the span says of the attributes that the reader pinned. */
export function PinnedAttributes({ index, attributes, resource }: PinnedProps) {
  const [pins] = usePins();
  const pinned = pinnedOf(pins, { attributes, resource });
  if (pinned.length === 0) return null;
  return (
    <Section title="Pinned">
      <Pairs>
        {pinned.map((field) => (
          <Pair
            key={field.name}
            name={field.name}
            copy={field.value}
            actions={<AttributeActions index={index} field={field} />}
          >
            <LongText text={field.value} />
          </Pair>
        ))}
      </Pairs>
    </Section>
  );
}

/** More than these are not seen at once. */
const FIND_FROM = 12;

interface AttributeListProps {
  readonly index: TraceIndex;
  readonly attributes: Attributes;
  readonly kind: "attribute" | "resource";
}

/** All attributes of one kind; where there are many, with a field to find some. */
export function AttributeList({ index, attributes, kind }: AttributeListProps) {
  const [typed, setTyped] = useState("");
  const names = Object.keys(attributes);
  const found = findAttributes(attributes, typed);
  return (
    <>
      {names.length < FIND_FROM ? null : (
        <input
          className={cx(controls.input, styles.find)}
          value={typed}
          placeholder="Find an attribute"
          aria-label={`Find an attribute of the ${kind === "resource" ? "resource" : "span"}`}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      {names.length > 0 && Object.keys(found).length === 0 ? (
        <p className={panel.count}>No attribute has “{typed.trim()}” in its name or value.</p>
      ) : (
        <AttributePairs
          attributes={found}
          actions={(name, value) => (
            <AttributeActions index={index} field={{ kind, name, value }} />
          )}
        />
      )}
    </>
  );
}

function findAttributes(attributes: Attributes, typed: string): Attributes {
  const needle = typed.trim().toLowerCase();
  if (needle === "") return attributes;
  const holds = (text: string) => text.toLowerCase().includes(needle);
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => holds(name) || holds(value)),
  );
}
