/** The little of the DOM that the viewer needs. Text from the trace comes in as text nodes only. */
import { toOneLine, toVisibleParts } from "../../../lib/visible-text.ts";

type Child = Node | string | undefined;

/** @param attributes by name, whose names never come from the trace; undefined ones are left out */
export function h(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, value);
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

/** Text from outside: invisible characters as marks, its direction kept from leaking out. */
export function visible(text: string): HTMLElement {
  return h(
    "bdi",
    {},
    ...toVisibleParts(text).map((part) =>
      part.mark ? h("span", { class: "mark" }, part.text) : part.text,
    ),
  );
}

export function oneLine(text: string): HTMLElement {
  return visible(toOneLine(text));
}

export function button(
  label: string,
  onClick: () => void,
  attributes: Readonly<Record<string, string | undefined>> = {},
): HTMLElement {
  const element = h("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

/** @param share of the width, 0..1 */
export function at(element: HTMLElement, share: number, width?: number): HTMLElement {
  element.style.left = `${share * 100}%`;
  if (width !== undefined) element.style.width = `${width * 100}%`;
  return element;
}
