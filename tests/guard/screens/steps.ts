import type { Locator, Page } from "@playwright/test";

/** A screen to record: its path, and the steps that open it. */
export type Screen = {
  name: string;
  path: string;
  open?: (page: Page) => Promise<void>;
  /** Also recorded in a narrow window, and for a viewer. */
  isPage?: true;
};

export const dialog = (page: Page): Locator => page.getByRole("dialog").last();
export const button = (scope: Page | Locator, name: string | RegExp): Locator =>
  scope.getByRole("button", { name, ...(typeof name === "string" && { exact: true }) }).first();
export const region = (page: Page, name: string): Locator =>
  page.getByRole("region", { name, exact: true });
export const click = (name: string | RegExp) => (page: Page) => button(page, name).click();
export const clickIn = (name: string | RegExp) => (page: Page) =>
  button(dialog(page), name).click();

export const sheet = (pk: string, more = "") => `/models?model=${encodeURIComponent(pk)}${more}`;
export const gpt = "openai#gpt-4o";

export const chooseAction = (name: string, action: string | RegExp) => async (page: Page) => {
  await button(page, `Actions for ${name}`).click();
  await page.getByRole("menuitem", { name: action }).click();
};

export const importFile = (name: string, text: string) => async (page: Page) => {
  const file = { name, mimeType: "text/plain", buffer: Buffer.from(text) };
  await page.getByLabel("Choose a file").setInputFiles(file);
  await region(page, "Rows of the file").waitFor();
};
