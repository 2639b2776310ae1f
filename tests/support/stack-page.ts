import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { signInWithToken } from "./sign-in";
import type { Stack } from "./stack";

type Role = "admin" | "viewer";

/** What a page of a stack needs of it. */
export type PageStack = Pick<Stack, "url" | "signIn">;

/**
 * The stack that all files share, with sample data: for tests that don't change each other's data.
 */
export function sharedStack(): PageStack {
  const { STACK_URL: url = "", STACK_ADMIN_TOKEN = "", STACK_VIEWER_TOKEN = "" } = process.env;
  return {
    url,
    signIn: (role) =>
      signInWithToken(url, role === "admin" ? STACK_ADMIN_TOKEN : STACK_VIEWER_TOKEN),
  };
}

/** Gives the page's browser a session, without the sign-in form. */
export async function addSession(page: Page, stack: PageStack, role: Role): Promise<void> {
  const [name = "", ...value] = (await stack.signIn(role)).split("=");
  await page.context().addCookies([{ name, value: value.join("="), url: stack.url }]);
}

/** Opens a page of a stack with a session of its own. */
export async function openAs(
  page: Page,
  stack: PageStack,
  role: Role,
  path: string,
): Promise<void> {
  await addSession(page, stack, role);
  await page.goto(stack.url + path);
}

/** A call of the stack's API by another admin, outside the browser's session. */
export async function callApi(
  stack: PageStack,
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
 * Expects axe to find no violation of WCAG 2.2 AA on the current page. The dark theme differs only in
 * colors, so only its contrast is checked. `selector` limits the check to a part of the page.
 */
export async function expectAccessible(page: Page, selector = "html"): Promise<void> {
  // Only violations are read, and there are no frames; telling axe so saves most of its work.
  const axe = () =>
    new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const light = axe().include(selector).withTags(wcag);
  const dark = axe().include(selector).withRules(["color-contrast"]);
  await expectNoViolations(page, "light", light);
  await expectNoViolations(page, "dark", dark);
}

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function expectNoViolations(page: Page, theme: "light" | "dark", axe: AxeBuilder) {
  await page.emulateMedia({ colorScheme: theme });
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
  expect(found, theme).toEqual([]);
}

/** Expects the page not to scroll horizontally. */
export async function expectNoHorizontalScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(window ?? 0);
}
