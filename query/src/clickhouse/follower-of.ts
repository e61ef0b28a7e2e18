/** @returns a controller that aborts with the signal, and may before */
export function followerOf(signal: AbortSignal): AbortController {
  const follower = new AbortController();
  if (signal.aborted) follower.abort();
  signal.addEventListener("abort", () => follower.abort(), { once: true });
  return follower;
}
