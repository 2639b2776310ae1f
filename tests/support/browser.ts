import { test as base, type Page } from "@playwright/test";
import { type SamplePlatform, startSamplePlatform } from "./sample-platform";

export { expect } from "@playwright/test";

/**
 * Waits for hydration; earlier clicks and input reach no handler. React displays streamed parts up to
 * 300 ms after they arrive.
 */
export async function waitForHydration(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (document.querySelector("[hidden][id^='S:'], template[id^='B:']")) return false;
    const controls = [...document.querySelectorAll("main :is(button, select, input, a)")];
    const isHydrated = (element: Element) =>
      Object.keys(element).some((name) => name.startsWith("__reactProps"));
    return controls.every(isHydrated);
  });
}

type Shared = {
  /** One stack with the sample platform for all files of a worker; `restore` it before a file's tests. */
  platform: SamplePlatform;
};

/** Playwright's test; `goto` and `reload` also wait for hydration. */
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
      await waitForHydration(page);
      return response;
    };
    page.reload = async (options) => {
      const response = await reload.call(page, options);
      await waitForHydration(page);
      return response;
    };
    await use(page);
  },
});
