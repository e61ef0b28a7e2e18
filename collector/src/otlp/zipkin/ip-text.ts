/** Addresses as text: Zipkin's JSON has texts, its protobuf bytes, and both must be stored as the same. */

/** @param bytes 4, or none: then the text is empty */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.join(".");
}

/**
 * As RFC 5952 writes it: the longest run of zero groups, the first of equals, becomes `::`.
 * @param bytes 16, or none: then the text is empty
 */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  let [longestAt, longest] = [0, 1];
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === "0") length++;
    if (length > longest) [longestAt, longest] = [at, length];
  }
  if (longest === 1) return groups.join(":");
  return `${groups.slice(0, longestAt).join(":")}::${groups.slice(longestAt + longest).join(":")}`;
}
