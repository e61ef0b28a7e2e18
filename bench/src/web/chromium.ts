import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** @throws when this machine has none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [process.env["CHROMIUM_PATH"] ?? "", ...CANDIDATES].find(
    (candidate) => candidate !== "" && existsSync(candidate),
  );
  if (executablePath === undefined) throw new Error("no Chromium here; CHROMIUM_PATH names one");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
}
