import { toast } from "sonner";
import { afterEach, expect, test, vi } from "vitest";
import { showToast, Toaster } from "@/components/ui/overlay/toast";
import { expectAccessible, show } from "../render";

// Otherwise sonner keeps messages of earlier tests.
afterEach(() => void toast.dismiss());

// Runs first: a pointer left over the messages by a click would expand them.
test("two messages stand apart, each with its own close button", async () => {
  const screen = await show(<Toaster />);
  showToast({ tone: "good", title: "GPT-4o was added" });
  showToast({ tone: "bad", title: "GPT-4o mini was not added", description: "It exists already." });
  const buttons = screen.getByRole("button", { name: "Close toast" });
  await expect.poll(() => buttons.elements().length).toBe(2);
  const isOnTop = (button: Element) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  };
  const isMounted = (button: Element) => button.closest("[data-mounted=true]") !== null;
  await expect.poll(() => buttons.elements().every(isMounted)).toBe(true);
  await Promise.all(document.getAnimations().map(({ finished }) => finished));
  expect(buttons.elements().every(isOnTop)).toBe(true);
  await expectAccessible();
});

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
