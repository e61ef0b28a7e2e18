import { TriangleAlert } from "lucide-react";
import { useRefusals } from "../api/refusals.ts";
import { VisibleText } from "../ui/visible-text.tsx";
import { describeAge, describeRefused, SHOWN_FOR_MS } from "./refusal-words.ts";
import styles from "./setup.module.css";

/** Why something that was sent is not there: in the words its sender was told, which its own log may not show. */
export function Refused() {
  const { data } = useRefusals(2000);
  if (data === undefined) return null;
  const recent = data.refusals.filter(({ ageMs }) => ageMs < SHOWN_FOR_MS);
  return (
    <div aria-live="polite" className={styles.refusals}>
      {recent.length === 0 ? null : (
        <ul aria-label="Refused">
          {recent.map((refusal) => (
            <li key={`${refusal.transport} ${refusal.signal} ${refusal.reason}`}>
              <TriangleAlert size={14} aria-hidden="true" />
              <div>
                <h3>
                  Refused {describeRefused(refusal)} <span>{describeAge(refusal.ageMs)}</span>
                </h3>
                <p>
                  <VisibleText text={refusal.message} />
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {data.problem === null ? null : <p className={styles.unasked}>{data.problem}</p>}
    </div>
  );
}
