// A link to a trace is opened: its columns are asked for, and the files of its page, before the application itself is
// here; the server works while the browser compiles. A file of its own because the content security policy allows no
// inline script. src/trace/early-columns.ts takes the answer.
const traceId = /^\/trace\/([0-9a-f]{32})$/i.exec(location.pathname)?.[1];
if (traceId !== undefined && window.throughlineEarly === undefined) {
  const url = `/api/traces/${traceId.toLowerCase()}/columns`;
  const answer = fetch(url, { headers: { accept: "application/json" } });
  // Whoever takes it hears of it.
  answer.catch(() => undefined);
  window.throughlineEarly = { url, answer };
  for (const file of document.currentScript.dataset.files.split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    link.rel = file.endsWith(".css") ? "preload" : "modulepreload";
    if (link.rel === "preload") link.as = "style";
    // As the application asks for it: else the browser fetches it twice.
    link.crossOrigin = "";
    link.href = file;
    document.head.append(link);
  }
}
