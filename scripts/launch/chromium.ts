import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { LaunchError } from "./launch-error.ts";

/** Prefers the headless shell, which is about 20% faster. */
const commonPaths = [
  "/usr/lib/chromium/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser for the tests: CHROME_PATH, the system's, or Playwright's. */
export async function findChromium(): Promise<string | null> {
  const configured = process.env.CHROME_PATH;
  if (configured) {
    if (existsSync(configured)) return configured;
    throw new LaunchError(`CHROME_PATH names ${configured}, where there is no file.`);
  }
  const { chromium } = await import("@playwright/test");
  return [...commonPaths, chromium.executablePath()].find((path) => existsSync(path)) ?? null;
}

/** Headless, without a profile or background requests. Root can't use the sandbox. */
export const chromiumArgs = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const debianPackage = "chromium-headless-shell";

function run(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

/**
 * Ensures that there is a browser; installs it if running as root on Debian.
 * @throws LaunchError that describes how to install one
 */
export async function requireChromium(): Promise<void> {
  if (await findChromium()) return;
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (canInstall) {
    console.log(`Installing Chromium for the browser tests (apt-get install ${debianPackage}).`);
    const isInstalled =
      (await run("apt-get", ["update", "-q"])) &&
      (await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", debianPackage]));
    if (isInstalled && (await findChromium())) return;
  }
  throw new LaunchError(
    `The browser tests need Chromium; install it (Debian: apt-get install ${debianPackage}, elsewhere: npx playwright install chromium) or set CHROME_PATH.`,
  );
}
