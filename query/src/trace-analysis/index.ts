/** What is worked out from the times of a trace, for browsers and servers alike. */
export { type CriticalPath, findCriticalPath, longestRoot } from "./critical-path.ts";
export { measureSelfTime } from "./self-time.ts";
export { siblingsByStart, type SpanTimes } from "./span-times.ts";
