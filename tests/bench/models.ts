// What a large registry costs on the Models page: 5,000 rows against 50, in turn, in Chromium.
//   node scripts/bootstrap.mjs tests/bench/models.ts           (BENCH_ROUNDS, BENCH_MAX_LOAD)
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { ensureBuild } from "../../scripts/launch/build";
import { findChromium, requireChromium } from "../../scripts/launch/chromium";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { type Stack, startStack } from "../support/stack";
import { openAs } from "../support/stack-page";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";
import { type Pairs, printPairs } from "./statistics";

const rounds = Number(process.env.BENCH_ROUNDS || 20);
const sizes = { few: 50, many: 5000 };
const chromiumArguments = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Valid rows of LLMModels with distinct names and prices. */
function modelRows(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    pk: `openai#bench-${index}`,
    provider: "openai",
    model_id: `bench-${index}`,
    display_name: `Bench model ${index}`,
    input_price: ((index * 7919) % count) / 100 + 0.01,
    output_price: ((index * 104_729) % count) / 50 + 0.01,
    max_tokens: 128_000,
    supports_tools: index % 2 === 0,
    supports_vision: index % 3 === 0,
    is_active: "true",
    is_default: index === 0,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
  }));
}

async function startWith(count: number, folder: string): Promise<Stack> {
  const seed = join(folder, `${count}.json`);
  await writeFile(seed, JSON.stringify({ LLMModels: modelRows(count), AgentRegistry: [] }));
  return startStack({ seed });
}

/** Runs in the page before its own scripts. */
function markPaintedRows(): void {
  const look = () => {
    const isThere = document.querySelector("main tbody")?.textContent?.includes("Bench model");
    if (!isThere) requestAnimationFrame(look);
    // The callback runs in the next frame, so this one has been painted.
    else requestAnimationFrame(() => performance.mark("rows-painted"));
  };
  requestAnimationFrame(look);
}

/** Milliseconds from the start of the navigation to the frame that shows rows. */
async function listTime(page: Page, stack: Stack): Promise<number> {
  await page.goto(`${stack.url}/models`);
  const mark = await page.waitForFunction(
    () => performance.getEntriesByName("rows-painted")[0]?.startTime,
  );
  const time = await mark.jsonValue();
  // Keys pressed before hydration reach no handler.
  await page.waitForFunction(() => {
    if (document.querySelector("[hidden][id^='S:'], template[id^='B:']")) return false;
    const controls = [...document.querySelectorAll("main :is(button, input)")];
    return controls.every((control) =>
      Object.keys(control).some((name) => name.startsWith("__reactProps")),
    );
  });
  return time ?? Number.NaN;
}

/**
 * Milliseconds from an input event to the frame in which the table shows something else. The event's
 * own time stamp counts, so that waiting for a busy page is part of it.
 */
async function paintTime(page: Page, event: "keydown" | "click", act: () => Promise<void>) {
  const clock = await page.evaluateHandle((type) => {
    const renderedText = () => {
      const rows = document.querySelector("main table")?.getAttribute("aria-rowcount");
      return `${rows} ${document.querySelector("main tbody")?.textContent}`;
    };
    const before = renderedText();
    const painted = new Promise<number>((resolve, reject) => {
      setTimeout(() => reject(new Error(`Nothing changed after a ${type}.`)), 30_000);
      const onInput = (started: Event) => {
        const look = () => {
          if (renderedText() === before) requestAnimationFrame(look);
          else requestAnimationFrame(() => resolve(performance.now() - started.timeStamp));
        };
        requestAnimationFrame(look);
      };
      addEventListener(type, onInput, { capture: true, once: true });
    });
    return { painted };
  }, event);
  await act();
  return clock.evaluate(({ painted }) => painted);
}

/** Two keystrokes in the search box, which is then emptied again. */
async function keystrokeTimes(page: Page, index: number): Promise<number[]> {
  const box = page.getByRole("searchbox");
  await box.focus();
  const digits = String(10 + (index % 30)).split("");
  const times: number[] = [];
  for (const digit of digits) {
    times.push(await paintTime(page, "keydown", () => page.keyboard.press(digit)));
  }
  await paintTime(page, "keydown", () => page.keyboard.press("Escape"));
  return times;
}

async function sortTime(page: Page): Promise<number> {
  const header = page.getByRole("button", { name: "Input", exact: true });
  return paintTime(page, "click", () => header.click());
}

type Side = "base" | "other";

async function measure(pages: Record<Side, { page: Page; stack: Stack }>): Promise<Pairs[]> {
  const list: Pairs = { title: "list", base: [], other: [] };
  const keystroke: Pairs = { title: "filter keystroke", base: [], other: [] };
  const sort: Pairs = { title: "sort", base: [], other: [] };
  for (let round = -2; round < rounds; round += 1) {
    const order: Side[] = round % 2 === 0 ? ["base", "other"] : ["other", "base"];
    for (const side of order) {
      const { page, stack } = pages[side];
      const times = {
        list: await listTime(page, stack),
        keystrokes: await keystrokeTimes(page, round + 2),
        sort: await sortTime(page),
      };
      // The first two rounds warm up.
      if (round < 0) continue;
      list[side].push(times.list);
      keystroke[side].push(...times.keystrokes);
      sort[side].push(times.sort);
    }
  }
  return [list, keystroke, sort];
}

async function openBrowser(life: Lifecycle) {
  const executablePath = await findChromium();
  const args = chromiumArguments;
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args });
  life.onStop(() => browser.close());
  return browser;
}

async function bench(life: Lifecycle): Promise<void> {
  requireQuietMachine();
  await requireChromium();
  await ensureBuild(life);
  const folder = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  life.onStop(() => rm(folder, { recursive: true }));
  const browser = await openBrowser(life);
  const open = async (size: number) => {
    const stack = await startWith(size, folder);
    life.onStop(() => stack.stop());
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    // tsx wraps functions that are sent to the page in calls of __name.
    const wrapper = "globalThis.__name = (made) => made;";
    await context.addInitScript(`${wrapper} (${markPaintedRows})()`);
    const page = await context.newPage();
    await openAs(page, stack, "admin", "/models");
    return { page, stack };
  };
  const pages = { base: await open(sizes.few), other: await open(sizes.many) };
  const measures = await measure(pages);
  console.log(`\nModels page in Chromium, to the painted frame, ${rounds} rounds:\n`);
  printPairs(measures, `${sizes.few} models`, `${sizes.many} models`);
  printIfBusy();
  await life.end(0);
}

await launch(bench, { codeWhenStopped: 130 });
