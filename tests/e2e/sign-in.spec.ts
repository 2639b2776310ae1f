import type { BrowserContext, Page } from "@playwright/test";
import { expect, test, waitForHydration } from "../support/browser";
import { startOidcServer } from "../support/oidc-server";
import { type Stack, startStack } from "../support/stack";
import { expectAccessible, expectNoHorizontalScroll } from "../support/stack-page";

// One console for all tests of this file, as it is deployed: behind a real OIDC provider, copies of
// the image, and a load balancer that ends TLS. Nobody vouches for the balancer's certificate.
test.describe.configure({ mode: "default" });
test.use({ ignoreHTTPSErrors: true });

let stack: Stack;
let provider: Awaited<ReturnType<typeof startOidcServer>>;

test.beforeAll(async () => {
  const people = { ann: ["llm-admins"], vic: ["finance", "llm-readers"], mallory: ["other-team"] };
  provider = await startOidcServer(people, "userinfo");
  const roles = { OIDC_ADMIN_VALUES: "llm-admins", OIDC_VIEWER_VALUES: "llm-readers" };
  const env = { ...provider.env, ...roles };
  stack = await startStack({ seed: "none", protocol: "https", env });
  provider.serveFor(stack.url);
});
test.afterAll(async () => {
  await stack?.stop();
  provider?.stop();
});

async function signInAtProvider(page: Page, login: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in with single sign-on" }).click();
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Continue" }).click();
}

const sessionCookie = async (context: BrowserContext) =>
  (await context.cookies(stack.url)).find(({ name }) => name.includes("session-token"));

/** The attributes of our cookies under https. Without a domain they're bound to this host. */
const bound = { domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite: "Lax" };

test("groups decide who is an admin, a viewer, or refused", async ({ page, browser }) => {
  const answer = await page.goto(`${stack.url}/activity`);
  expect(await answer?.headerValue("strict-transport-security")).toBe("max-age=31536000");
  expect(page.url()).toBe(`${stack.url}/sign-in?callbackUrl=%2Factivity`);
  await signInAtProvider(page, "ann");
  await expect(page).toHaveURL(`${stack.url}/activity`);
  await expect(page.getByText("ann@example.com signed in with the role admin")).toBeVisible();
  const cookies = await page.context().cookies(stack.url);
  for (const name of ["session-token", "csrf-token", "callback-url"]) {
    const cookie = cookies.find((entry) => entry.name === `__Host-next-auth.${name}`);
    expect(cookie, name).toMatchObject(bound);
  }
  for (const { name } of cookies) expect(name).not.toMatch(/^(?!__Host-).*next-auth/);

  const viewers = await browser.newContext({ ignoreHTTPSErrors: true });
  const viewer = await viewers.newPage();
  await viewer.goto(`${stack.url}/agents`);
  await waitForHydration(viewer);
  await signInAtProvider(viewer, "vic");
  await expect(viewer.getByText("viewer, read only").first()).toBeVisible();
  const write = await viewer.request.post(`${stack.url}/api/models`, { data: {} });
  expect(write.status()).toBe(403);

  // With one character changed, the cookie is invalid.
  const valid = await sessionCookie(viewers);
  if (!valid) throw new Error("The viewer has no session cookie.");
  const other = valid.value.at(-9) === "A" ? "B" : "A";
  const value = `${valid.value.slice(0, -9)}${other}${valid.value.slice(-8)}`;
  await viewers.addCookies([{ ...valid, value }]);
  expect((await viewer.request.get(`${stack.url}/api/models`)).status()).toBe(401);
  await viewer.goto(`${stack.url}/agents`);
  await expect(viewer.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await viewers.close();

  const malloryContext = await browser.newContext({ ignoreHTTPSErrors: true });
  const mallory = await malloryContext.newPage();
  await mallory.goto(`${stack.url}/models`);
  await waitForHydration(mallory);
  await signInAtProvider(mallory, "mallory");
  await expect(mallory.getByRole("heading", { name: "No access" })).toBeVisible();
  const refusal = mallory.getByRole("alert").filter({ hasText: "The claim" });
  await expect(refusal).toContainText("You are mallory@example.com to the sign-in provider");
  await expect(refusal).toContainText("groups");
  await expect(refusal).toContainText("other-team");
  await expect(refusal).toContainText("To change things: llm-admins");
  expect(await sessionCookie(malloryContext)).toBeUndefined();
  expect((await mallory.request.get(`${stack.url}/api/models`)).status()).toBe(401);
  await expectAccessible(mallory);
  await mallory.setViewportSize({ width: 360, height: 740 });
  await expectNoHorizontalScroll(mallory);
  await malloryContext.close();

  // Only the page's clock advances: after five minutes an active user renews the session.
  await page.clock.install();
  await page.reload();
  await page.clock.fastForward("05:01");
  const renewal = page.waitForResponse((response) => response.url().endsWith("/api/auth/session"));
  await page.keyboard.press("Tab");
  expect((await (await renewal).allHeaders())["set-cookie"]).toContain("session-token");
  await expect(
    page.getByText("mallory@example.com tried, and was refused: to sign in"),
  ).toBeVisible();

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await sessionCookie(page.context())).toBeUndefined();
  expect((await page.request.get(`${stack.url}/api/models`)).status()).toBe(401);
});

test("a session ends in the middle of an edit, and what was typed is saved after signing in again", async ({
  page,
}) => {
  await page.goto(`${stack.url}/models`);
  await signInAtProvider(page, "ann");
  await waitForHydration(page);
  const model = { provider: "openai", model_id: "m-1", display_name: "Sample", input_price: 1 };
  await page.request.post(`${stack.url}/api/models`, { data: model });
  await page.reload();
  await page.getByRole("button", { name: "Actions for Sample", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const price = page.getByRole("textbox", { name: "Input", exact: true });
  await price.fill("2.50");

  // A browser drops the cookie of an expired session.
  await page.context().clearCookies({ name: /session-token/ });
  await page.getByRole("button", { name: "Save changes" }).click();
  const ended = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(ended).toContainText("What you typed is still here");
  await expectAccessible(page);
  const [window] = await Promise.all([
    page.waitForEvent("popup"),
    ended.getByRole("link", { name: "Sign in again" }).click(),
  ]);
  await waitForHydration(window);
  const closed = window.waitForEvent("close");
  // Ann still has a session at the provider, so it doesn't ask for a password.
  await window.getByRole("button", { name: "Sign in with single sign-on" }).click();
  await closed;
  await expect(ended).toBeHidden();

  await expect(price).toHaveValue("2.50");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(price).toBeHidden();
  const answer = await page.request.get(`${stack.url}/api/models/openai/m-1`);
  expect(await answer.json()).toMatchObject({ input_price: 2.5 });
});
