import { useState, type RefObject } from "react";
import { letterKeysEnabled, setLetterKeys } from "../ui/use-keys.ts";
import controls from "../ui/controls.module.css";
import styles from "./shell.module.css";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["↑ ↓  or  j k", "previous, next row"],
  ["← →", "close, open a branch of the trace"],
  ["Enter", "details of the row"],
  ["Esc", "close the details"],
  ["l", "logs inside the trace on and off"],
  ["c", "critical path on and off"],
  ["u", "unexplained time on and off"],
  ["e  E", "where the failure began; then next, previous error"],
  ["x  X", "open, close all branches"],
  ["o  p", "open, close one level"],
  ["1  2  3", "waterfall, flame graph, table"],
  ["f  or  /", "find in the trace"],
  ["n  N", "next, previous match"],
  ["=  -  0", "zoom in, out, whole trace"],
  [",  .", "earlier, later while zoomed"],
  ["y", "copy the link to this view of the trace"],
  ["[  ]", "time range earlier, later"],
  ["?", "these keys"],
];

export function KeysDialog({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  const [letters, setLetters] = useState(letterKeysEnabled);
  return (
    <dialog ref={dialog} className={styles.keys} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys} style={{ display: "contents" }}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.keysFoot}>
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
