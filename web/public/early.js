// A link to a trace is opened: its columns are asked for before the application itself is here, so that the server works
// while the browser compiles. A file of its own because the content security policy allows no inline script.
// src/trace/early-columns.ts takes the answer.
const traceId = /^\/trace\/([0-9a-f]{32})$/i.exec(location.pathname)?.[1];
if (traceId !== undefined && window.throughlineEarly === undefined) {
  const url = `/api/traces/${traceId.toLowerCase()}/columns`;
  const answer = fetch(url, { headers: { accept: "application/json" } });
  // Whoever takes it hears of it.
  answer.catch(() => undefined);
  window.throughlineEarly = { url, answer };
}
