/** A setting with commas in it, as a list. */
export function listOf(value: string): string[] {
  return value.split(",").map((each) => each.trim());
}
