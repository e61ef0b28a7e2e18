// Runs before the first paint, as a file of its own because the content security policy allows no inline script.
// Without a stored choice the attributes stay away: the tokens follow the system (CSS light-dark()), rows are compact.
try {
  const stored = localStorage.getItem("throughline.theme");
  if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
  const density = localStorage.getItem("throughline.density");
  if (density === "comfortable") document.documentElement.dataset.density = density;
} catch {
  // Storage may be forbidden; the system's theme is then the right one.
}
