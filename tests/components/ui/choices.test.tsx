import { useState } from "react";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Segmented } from "@/components/ui/form/segmented";
import { Switch } from "@/components/ui/form/switch";
import { expectAccessible, show } from "../render";

const units = [
  { value: "1M", label: "per 1M" },
  { value: "1K", label: "per 1K" },
] as const;

function Unit() {
  const [unit, setUnit] = useState<"1M" | "1K">("1M");
  return <Segmented label="Unit of prices" value={unit} options={units} onChange={setUnit} />;
}

test("arrow keys move between short choices, as between radio buttons", async () => {
  const screen = await show(<Unit />);
  const choice = (name: string) => screen.getByRole("radio", { name });
  await expect.element(screen.getByRole("group", { name: "Unit of prices" })).toBeVisible();
  await expectAccessible();
  await userEvent.tab();
  await expect.element(choice("per 1M")).toHaveFocus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.element(choice("per 1K")).toBeChecked();
  await expect.element(choice("per 1K")).toHaveFocus();
});

test("a checkbox announces its mixed state, and its description with its name", async () => {
  const screen = await show(
    <>
      <Checkbox label="Select all" indeterminate checked={false} readOnly />
      <Checkbox label="Tools" description="The model may call functions." defaultChecked />
    </>,
  );
  await expect.element(screen.getByRole("checkbox", { name: "Select all" })).toBePartiallyChecked();
  const tools = screen.getByRole("checkbox", { name: "Tools The model may call functions." });
  await expect.element(tools).toBeChecked();
  await tools.click();
  await expect.element(tools).not.toBeChecked();
  await expectAccessible();
});

test("a switch has the switch role and toggles by a click on its label", async () => {
  const screen = await show(<Switch label="Stream" description="Word by word" />);
  const control = screen.getByRole("switch", { name: "Stream Word by word" });
  await expect.element(control).not.toBeChecked();
  await screen.getByText("Word by word").click();
  await expect.element(control).toBeChecked();
  await expectAccessible();
});
