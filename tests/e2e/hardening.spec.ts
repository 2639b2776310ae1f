import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser";
import { openSignInLink, signInAs } from "../support/models-page";
import { expectAccessible, expectNoHorizontalScroll } from "../support/stack-page";

const everyPage = [
  "/models",
  "/agents",
  "/playground",
  "/costs",
  "/checks",
  "/activity",
  "/tokens",
  "/api-reference",
  "/api-reference/models",
  "/sign-in",
  "/nowhere",
];

/** Collects policy violations that the browser reports on this page and those that follow. */
function violationsOf(page: Page): string[] {
  const seen: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) seen.push(message.text());
  });
  return seen;
}

test("no page violates its own policy, and an injected inline script doesn't run", async ({
  page,
}) => {
  const violations = violationsOf(page);
  await openSignInLink(page, "admin");
  const menu = page.getByRole("navigation", { name: "Main" });
  await menu.getByRole("link", { name: "Agents" }).click();
  await page.getByRole("table").getByRole("link").first().click();
  await expect(page).toHaveURL(/\/agents\/.+/);
  for (const path of everyPage) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
  }
  await page.goto("/models");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(violations).toEqual([]);
  const ran = await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.ran = 1">');
    const script = document.createElement("div");
    script.innerHTML = "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>";
    document.body.append(script);
    return new Promise((resolve) => {
      document.querySelector("body > img:last-of-type")?.addEventListener("error", () => {
        setTimeout(() => resolve("ran" in window), 0);
      });
    });
  });
  expect(ran).toBe(false);
  await expect.poll(() => violations.length).toBeGreaterThan(0);
});

test("an admin makes a token for a script, uses it, and revokes it", async ({ page, request }) => {
  await signInAs(page, "admin");
  await page.goto("/models");
  await page.getByRole("link", { name: "API tokens" }).click();
  await expect(page.getByRole("heading", { name: "API tokens", level: 1 })).toBeVisible();
  const name = `script-${randomUUID().slice(0, 8)}`;

  await page.getByRole("button", { name: "New token" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make token" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Make token" }).click();
  const tokenText = dialog.getByRole("region", { name: "API token" }).locator("pre");
  const token = (await tokenText.textContent())?.trim() ?? "";
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "I have copied it" }).click();

  const headers = { authorization: `Bearer ${token}` };
  expect((await request.get("/api/models", { headers })).status()).toBe(200);
  const item = page.getByRole("listitem").filter({ hasText: name });
  await expect(item).toContainText(/Expires \d{1,2} [A-Z][a-z]{2} \d{4}, in/);
  await expect(page.getByText(token)).toHaveCount(0);
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await expectNoHorizontalScroll(page);

  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByText(`The token ${name} was revoked`)).toBeVisible();
  expect((await request.get("/api/models", { headers })).status()).toBe(401);
});
