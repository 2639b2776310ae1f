import { expect, test } from "vitest";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { expectAccessible, show } from "../render";

test("a field's label, error and hint belong to its control, the error first", async () => {
  const screen = await show(
    <Field label="Display name" hint="Shown in lists" error="Enter a name" required>
      {(control) => <TextInput {...control} />}
    </Field>,
  );
  const input = screen.getByRole("textbox", { name: "Display name" });
  await expect.element(input).toBeRequired();
  await expect.element(input).toBeInvalid();
  await expect.element(input).toHaveAccessibleDescription("Enter a name Shown in lists");
  await expectAccessible();
});

test("a field without an error is valid, and its hidden label still names it", async () => {
  const screen = await show(
    <Field label="Search" hideLabel>
      {(control) => <TextInput {...control} before="🔎" after="/" />}
    </Field>,
  );
  const input = screen.getByRole("textbox", { name: "Search" });
  await expect.element(input).toBeValid();
  await expect.element(input).not.toHaveAttribute("aria-describedby");
  await expectAccessible();
});

test("a number is typed as text, so that no digit is lost", async () => {
  const screen = await show(
    <Field label="USD per 1M tokens">{(control) => <NumberInput {...control} />}</Field>,
  );
  const input = screen.getByRole("textbox", { name: "USD per 1M tokens" });
  await input.fill("0.00000000000000012300");
  await expect.element(input).toHaveValue("0.00000000000000012300");
  await expect.element(input).toHaveAttribute("inputmode", "decimal");
});

test("a select shows groups, the reason of a disabled option, and the chosen option", async () => {
  const chosen: string[] = [];
  const screen = await show(
    <Field label="Model">
      {(control) => (
        <Select
          {...control}
          placeholder="Choose"
          defaultValue=""
          options={[
            { value: "a", label: "GPT-4o", group: "OpenAI", description: "the default" },
            { value: "b", label: "Nova Pro", group: "Amazon", disabledReason: "inactive" },
          ]}
          onChange={({ target }) => chosen.push(target.value)}
        />
      )}
    </Field>,
  );
  const select = screen.getByRole("combobox", { name: "Model" });
  const groups = select.element().querySelectorAll("optgroup");
  expect([...groups].map(({ label }) => label)).toEqual(["OpenAI", "Amazon"]);
  await expect.element(screen.getByRole("option", { name: "Nova Pro — inactive" })).toBeDisabled();
  await select.selectOptions("GPT-4o — the default");
  expect(chosen).toEqual(["a"]);
  await expectAccessible();
});
