// Runs before the first paint, as a file of its own because the content security policy allows no inline script.
// Without a stored choice the attribute stays away and the tokens follow the system (CSS light-dark()).
try {
  const stored = localStorage.getItem("throughline.theme");
  if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
} catch {
  // Storage may be forbidden; the system's theme is then the right one.
}
