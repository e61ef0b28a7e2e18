/** Rows and bytes as people read them. */

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Of disks, so in thousands: `850.3 MB`, `12.4 GB`. */
export function bytes(value: number): string {
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(1)} GB`;
}
