import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { LaunchError } from "./launch-error";

/** The shell comes first: the same browser without what is only for windows, a fifth faster here. */
const usualPlaces = [
  "/usr/lib/chromium/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser for the tests: CHROME_PATH, the system's, or the one that Playwright installed. */
export async function findChromium(): Promise<string | null> {
  const given = process.env.CHROME_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new LaunchError(`CHROME_PATH names ${given}, where there is no file.`);
  }
  const { chromium } = await import("@playwright/test");
  return [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path)) ?? null;
}

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
 * Makes sure that there is a browser; as root on Debian it is installed.
 * @throws LaunchError that says how to install one.
 */
export async function requireChromium(): Promise<void> {
  if (await findChromium()) return;
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (mayInstall) {
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
