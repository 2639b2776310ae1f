import { test as base, type Page } from "@playwright/test";
import { type SamplePlatform, startSamplePlatform } from "./sample-platform";

export { expect } from "@playwright/test";

/**
 * Waits until the streamed page stands in its place and React has taken it over: what is clicked
 * or typed before that reaches no handler. React shows what was streamed up to 300 ms after it came.
 */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (document.querySelector("[hidden][id^='S:'], template[id^='B:']")) return false;
    const controls = [...document.querySelectorAll("main :is(button, select, input, a)")];
    const isTaken = (element: Element) =>
      Object.keys(element).some((name) => name.startsWith("__reactProps"));
    return controls.every(isTaken);
  });
}

type Shared = {
  /** One stack with the sample platform for all files of a worker; `restore` it before a file's tests. */
  platform: SamplePlatform;
};

/** Playwright's test, with pages on which `goto` and `reload` also wait for React. */
export const test = base.extend<object, Shared>({
  platform: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures here.
    async ({}, use) => {
      const platform = await startSamplePlatform();
      await use(platform);
      await platform.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  page: async ({ page }, use) => {
    const { goto, reload } = page;
    page.goto = async (url, options) => {
      const response = await goto.call(page, url, options);
      await hydrated(page);
      return response;
    };
    page.reload = async (options) => {
      const response = await reload.call(page, options);
      await hydrated(page);
      return response;
    };
    await use(page);
  },
});
