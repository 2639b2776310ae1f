import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import type { Stack } from "./stack";

type Role = "admin" | "viewer";

/**
 * Opens one of the pages of a test's own stack, signed in. The link that a start prints, and the
 * form behind it, are what `signInAs` of the Models page goes through.
 */
export async function openAs(page: Page, stack: Stack, role: Role, path: string): Promise<void> {
  const [name = "", ...value] = (await stack.signIn(role)).split("=");
  await page.context().addCookies([{ name, value: value.join("="), url: stack.url }]);
  await page.goto(stack.url + path);
}

/** Another admin's call of the stack's API: the browser and its session know nothing of it. */
export async function callApi(
  stack: Stack,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(stack.url + path, {
    method,
    headers: { cookie: await stack.signIn("admin"), "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/**
 * Expects axe to find nothing against WCAG 2.2 AA on the page as it is, in light and in dark.
 * Dark differs from light in colours alone. `part` is a selector: only that is looked at.
 */
export async function expectAccessible(page: Page, part = "html"): Promise<void> {
  // Violations are all that is read, and there are no frames: both spare axe most of its work.
  const axe = () =>
    new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const light = axe().include(part).withTags(wcag);
  const dark = axe().include(part).withRules(["color-contrast"]);
  await expectNothingFound(page, "light", light);
  await expectNothingFound(page, "dark", dark);
}

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function expectNothingFound(page: Page, theme: "light" | "dark", axe: AxeBuilder) {
  await page.emulateMedia({ colorScheme: theme });
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
  expect(found, theme).toEqual([]);
}

/** Expects that nothing but what scrolls by itself is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(window ?? 0);
}
