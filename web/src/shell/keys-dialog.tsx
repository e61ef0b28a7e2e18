import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { letterKeysEnabled, setLetterKeys } from "../ui/use-keys.ts";
import controls from "../ui/controls.module.css";
import styles from "./keys-dialog.module.css";
import { type KeySection, sectionsFor } from "./keys.ts";

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [letters, setLetters] = useState(letterKeysEnabled);
  const [location] = useLocation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    title.current?.focus();
  }, []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title" ref={title} tabIndex={-1}>
        Keys
      </h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div className={styles.sections} tabIndex={0} role="group" aria-label="Keys, by page">
        <div className={styles.columns}>
          {sectionsFor(location).map((section) => (
            <Section key={section.title} section={section} />
          ))}
        </div>
      </div>
      <div className={styles.foot}>
        <label>
          <input
            type="checkbox"
            checked={letters}
            onChange={(event) => {
              setLetterKeys(event.target.checked);
              setLetters(event.target.checked);
            }}
          />
          Single-letter keys
        </label>
        <button type="button" className={controls.button} onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function Section({ section }: { readonly section: KeySection }) {
  return (
    <section className={styles.section}>
      <h3>{section.title}</h3>
      <dl>
        {section.lines.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
