import { PanelLeft } from "lucide-react";
import { readParam } from "../lib/url-state.ts";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import { useUrl } from "../ui/use-url.ts";
import styles from "./facets.module.css";

/** @returns whether the page of this URL has the column of facets */
export function hasFacets(search: string): boolean {
  return readParam(search, "facets") !== "off";
}

export function FacetsToggle() {
  const { search, replace } = useUrl();
  const isOn = hasFacets(search);
  return (
    <button
      type="button"
      className={cx(controls.icon, styles.toggle)}
      aria-label="Facets"
      title={isOn ? "Hide the facets" : "Show the facets"}
      aria-pressed={isOn}
      onClick={() => replace({ facets: isOn ? "off" : undefined })}
    >
      <PanelLeft size={15} aria-hidden="true" />
    </button>
  );
}
