import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { findChromium } from "../../scripts/launch/chromium";
import { adminToken, type Console, signIn, viewerToken } from "./console";
import { makeKeysOlder, writeExternalRows } from "./external-rows";
import { Normaliser } from "./normalise";
import { measuredPages, screens } from "./screens";
import type { Screen } from "./screens/steps";
import { storedData } from "./stored-data";

export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A script that sets the browser's clock to that of the recorded console. */
async function shiftedClock(offset: number): Promise<string> {
  const source = await readFile(new URL("shifted-clock.mjs", import.meta.url), "utf8");
  return `{${source.replace("Number(process.env.GUARD_CLOCK_OFFSET ?? 0)", `${offset}`)}}`;
}

type Size = { width: number; height: number };
const wide: Size = { width: 1440, height: 900 };
const narrow: Size = { width: 360, height: 800 };

async function contextOf(browser: Browser, { url, offset }: Console, session: string | null) {
  const context = await browser.newContext({
    viewport: wide,
    locale: "en-US",
    timezoneId: "UTC",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await context.addInitScript({ content: await shiftedClock(offset) });
  if (session) {
    const [name = "", ...value] = session.split("=");
    await context.addCookies([{ name, value: value.join("="), url }]);
  }
  context.setDefaultTimeout(30_000);
  return context;
}

/** Waits until the page is hydrated, nothing loads and the accessibility tree is stable. */
async function settled(page: Page): Promise<string> {
  await page.waitForLoadState("networkidle", { timeout: 8_000 }).catch(() => undefined);
  let last = "";
  let same = 0;
  for (let attempt = 0; attempt < 40 && same < 2; attempt += 1) {
    const tree = await page.locator("body").ariaSnapshot();
    const isStreaming = await page
      .locator("[hidden][id^='S:'], template[id^='B:'], [aria-busy=true]")
      .count();
    same = tree === last && isStreaming === 0 ? same + 1 : 0;
    last = tree;
    await delay(200);
  }
  return last;
}

/** Replaces what differs from run to run: ages, times of day, short IDs, latencies. */
const withoutChance = (tree: string) =>
  tree
    .replace(/\b(\d+|an?) (second|minute)s? ago\b|\bjust now\b/g, "<age>")
    .replace(/\bin (\d+|an?) (second|minute)s?\b/g, "<age>")
    .replace(/\b\d+ min\b|\bnow(?=( ,|, simulated|"|'|:|$))/gm, "<age>")
    .replace(/\bRequest [0-9a-f]{8}\b/g, "Request <id>")
    .replace(/\bswb_[0-9a-f]{16}/g, "swb_<id>")
    .replace(/\\"number\\":\d+/g, '\\"number\\":<number>')
    .replace(/^ *- paragraph: Fastest\n/gm, "")
    .replace(/- paragraph: Fastest Cheapest/g, "- paragraph: Cheapest")
    .replace(/\bends at \$[\d,.]+, [\d,]+%/g, "ends at <forecast>")
    .replace(/\b10:[0-5]\d(:\d\d)?( ?[AP]M)?\b/g, "<time of day>")
    .replace(/\b\d+(\.\d+)? ?m?s\b(?! ago)/g, "<duration>");

/** A dialog hides the page, but a late part of the page may still be in the tree. */
function withoutPageBehind(tree: string): string {
  if (!/^- (alert)?dialog\b/m.test(tree)) return tree;
  const blocks = tree.split(/\n(?=- )/);
  return blocks.filter((block) => !/^- (main|banner|link "Skip)/.test(block)).join("\n");
}

export class PageRecorder {
  readonly #console: Console;
  readonly #folder: string;
  readonly failures: string[] = [];

  constructor(console: Console, folder: string) {
    this.#console = console;
    this.#folder = folder;
  }

  async #save(page: Page, name: string, failure?: string): Promise<void> {
    const tree = await settled(page);
    const { url, awsUrl, simulatorUrl } = this.#console;
    const normaliser = new Normaliser([
      [url, "<console>"],
      [awsUrl, "<aws>"],
      [simulatorUrl, "<providers>"],
    ]);
    const address = page
      .url()
      .replace(url, "")
      .replace(/#token=.*/, "");
    const title = await page.title();
    const lines = [
      `address: ${address}`,
      `title: ${title}`,
      ...(failure ? [`NOT REACHED: ${failure}`] : []),
      withoutPageBehind(tree),
    ];
    const file = name.replace(/[^\w.-]+/g, "_");
    await writeFile(
      join(this.#folder, "trees", `${file}.txt`),
      `${withoutChance(normaliser.text(lines.join("\n")))}\n`,
    );
    const path = join(this.#folder, "screenshots", `${file}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" }).catch(() => undefined);
  }

  async #record(context: BrowserContext, screen: Screen, name = screen.name, size = wide) {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.setViewportSize(size);
    let failure: string | undefined;
    try {
      await page.goto(this.#console.url + screen.path);
      await settled(page);
      await screen.open?.(page);
    } catch (error) {
      failure = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      this.failures.push(`${name}: ${failure}`);
    }
    for (const message of errors) this.failures.push(`${name}: the page threw ${message}`);
    await this.#save(page, name, failure);
    await page.close({ runBeforeUnload: false });
  }

  /** @param filter records only screens whose names contain this */
  async record(browser: Browser, filter: string): Promise<void> {
    for (const folder of ["trees", "screenshots"]) {
      await mkdir(join(this.#folder, folder), { recursive: true });
    }
    const { url } = this.#console;
    const admin = await contextOf(browser, this.#console, await signIn(url, adminToken));
    const viewer = await contextOf(browser, this.#console, await signIn(url, viewerToken));
    const anonymous = await contextOf(browser, this.#console, null);
    for (const screen of screens.filter(({ name }) => name.includes(filter))) {
      await this.#record(admin, screen);
      if (!screen.isPage) continue;
      await this.#record(admin, screen, `${screen.name}, narrow`, narrow);
      await this.#record(viewer, screen, `${screen.name}, viewer`);
    }
    if (filter === "") {
      const signInPage: Screen = { name: "sign-in", path: "/sign-in" };
      await this.#record(anonymous, signInPage);
      await this.#record(anonymous, signInPage, "sign-in, narrow", narrow);
      await this.#record(anonymous, {
        name: "sign-in, a wrong link",
        path: "/sign-in#token=wrong",
      });
      await this.#record(anonymous, { name: "signed in", path: "/signed-in" });
      await this.#recordEndedSession(browser);
    }
    for (const context of [admin, viewer, anonymous]) await context.close();
  }

  async #recordEndedSession(browser: Browser): Promise<void> {
    const { url } = this.#console;
    const session = await signIn(url, adminToken);
    const context = await contextOf(browser, this.#console, session);
    const end = async (page: Page) => {
      const csrf = await fetch(`${url}/api/auth/csrf`);
      const { csrfToken } = (await csrf.json()) as { csrfToken: string }; // next-auth's own answer.
      const cookies = csrf.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
      await fetch(`${url}/api/auth/signout`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie: [...cookies, session].join("; ") },
        body: new URLSearchParams({ csrfToken, json: "true" }),
      });
      await page.getByRole("button", { name: "Check again" }).click();
      await page.getByRole("dialog").waitFor();
    };
    await this.#record(context, { name: "session ended", path: "/checks", open: end });
    await context.close();
  }
}

/** Creates budgets, tokens, a dismissed finding and some recent changes. */
async function prepare(console: Console): Promise<void> {
  const data = storedData(console.awsUrl);
  await writeExternalRows(data);
  const cookie = await signIn(console.url, adminToken);
  const send = async (method: string, path: string, body: unknown) => {
    const headers = { cookie, "content-type": "application/json" };
    const answer = await fetch(console.url + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    await delay(40);
  };
  await send("PUT", "/api/budgets", { scope: "provider", key: "openai", monthly_usd: 0.5 });
  await send("PUT", "/api/budgets", { scope: "agent", key: "sql-agent", monthly_usd: 1204.5 });
  await send("POST", "/api/tokens", { name: "guard-first", role: "viewer", expires_in_days: 30 });
  await send("POST", "/api/tokens", { name: "guard-second", role: "admin", expires_in_days: 365 });
  const finding = {
    code: "agent_model_missing",
    subject: { kind: "agent", id: "guard-lost/v1.0" },
  };
  await send("POST", "/api/checks/dismiss", {
    ...finding,
    reason: "known to us",
    until: "2027-01-31",
  });
  await send("PATCH", "/api/models/openai/guard-used", {
    input_price: 0.0042,
    output_price: 1204.5,
  });
  await send("PATCH", "/api/models/openai/guard-used", {
    display_name: "Guard guard-used",
    max_tokens: 64000,
  });
  await send("PATCH", "/api/agents/guard-agent/v1.0", {
    system_prompt: "You help.\nYou are thorough.",
  });
  const to = { provider: "openai", model_id: "gpt-4o" };
  await send("POST", "/api/agents/switch", { from: { provider: "google" }, to });
  await send("PUT", "/api/providers/xai/key", { api_key: "sandbox-xai-guard-0002" });
  await makeKeysOlder(data);
  data.close();
}

/** Records every page, sheet and dialog. @returns those that couldn't be reached */
export async function recordPages(
  console: Console,
  folder: string,
  filter = "",
): Promise<string[]> {
  await prepare(console);
  const browser = await launchBrowser();
  const recorder = new PageRecorder(console, folder);
  try {
    await recorder.record(browser, filter);
  } finally {
    await browser.close();
  }
  return recorder.failures;
}

/** Bytes of the scripts in the served HTML, gzip -9, without the polyfill of old browsers. */
export async function recordFirstLoad(console: Console, folder: string): Promise<void> {
  const cookie = await signIn(console.url, adminToken);
  const sizes: Record<string, { bytes: number; scripts: number }> = {};
  const scriptSizes = new Map<string, number>();
  const controls: string[] = [];
  for (const path of measuredPages) {
    const html = await (await fetch(console.url + path, { headers: { cookie } })).text();
    controls.push(`## ${path}`, ...controlsIn(html));
    const tags = html.match(/<script\b[^>]*>/g) ?? [];
    const sources = tags.flatMap((tag) =>
      /\bnoModule\b/i.test(tag) ? [] : (/\bsrc="([^"]+)"/.exec(tag)?.[1] ?? []),
    );
    let bytes = 0;
    for (const source of new Set(sources)) {
      const size = scriptSizes.get(source) ?? (await sizeOf(console.url + source));
      scriptSizes.set(source, size);
      bytes += size;
    }
    sizes[path] = { bytes, scripts: new Set(sources).size };
  }
  await writeFile(join(folder, "served-controls.txt"), `${controls.join("\n")}\n`);
  await writeFile(join(folder, "first-load.json"), `${JSON.stringify(sizes, null, 2)}\n`);
}

/** Forms and named fields in served HTML: sent before hydration, they put values into the address. */
function controlsIn(html: string): string[] {
  const tags = html.match(/<(form|input|select|textarea)\b[^>]*>/g) ?? [];
  return tags.map((tag) => {
    const [name = ""] = /<\w+/.exec(tag) ?? [];
    const attributes = tag.match(/\b(type|name|method|action)="[^"]*"/g) ?? [];
    return [name, ...attributes.sort()].join(" ").replace(/_R_\w+_/g, "<generated>");
  });
}

async function sizeOf(url: string): Promise<number> {
  const script = Buffer.from(await (await fetch(url)).arrayBuffer());
  return gzipSync(script, { level: 9 }).length;
}
