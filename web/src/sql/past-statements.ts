/** Statements that were run in this browser, the newest first. */
const STORAGE_KEY = "throughline.sql-past";
const KEPT = 50;

export function readPast(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

export function rememberStatement(sql: string): readonly string[] {
  const past = [sql, ...readPast().filter((each) => each !== sql)].slice(0, KEPT);
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(past));
  } catch {
    // Without storage there is no past.
  }
  return past;
}
