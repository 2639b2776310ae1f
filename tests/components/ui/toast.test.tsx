import { expect, test, vi } from "vitest";
import { showToast, Toaster } from "@/components/ui/overlay/toast";
import { expectAccessible, show } from "../render";

test("a message is announced", async () => {
  const screen = await show(<Toaster />);
  showToast({ tone: "good", title: "Saved", description: "gpt-4o is the default." });
  const region = screen.getByRole("region", { name: /Notifications/ });
  await expect.element(region).toHaveAttribute("aria-live", "polite");
  await expect.element(region.getByText("Saved")).toBeVisible();
  await expect.element(region.getByText("gpt-4o is the default.")).toBeVisible();
  await expectAccessible();
});

test("the action of a message runs once and closes it", async () => {
  const screen = await show(<Toaster />);
  const undo = vi.fn();
  showToast({ tone: "bad", title: "Not retired", action: { label: "Undo", onClick: undo } });
  await screen.getByRole("button", { name: "Undo" }).click();
  expect(undo).toHaveBeenCalledOnce();
  await expect.element(screen.getByText("Not retired")).not.toBeInTheDocument();
});
