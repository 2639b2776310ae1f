import { expect, test, vi } from "vitest";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { TextInput } from "@/components/ui/form/text-input";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Note } from "@/components/ui/text/note";
import { ApiError, NetworkError } from "@/lib/api/client";
import type { FieldError } from "@/lib/errors";
import { TokenDraft } from "@/lib/tokens/schema";
import { expectAccessible, show } from "../render";

type Draft = { name: string; role: "viewer"; expires_in_days: number };
const defaultValues: Draft = { name: "", role: "viewer", expires_in_days: 30 };

function TokenForm({ send }: { send: (draft: TokenDraft) => Promise<unknown> }) {
  const form = useApiForm({ schema: TokenDraft, defaultValues });
  const { errors } = form.formState;
  return (
    <form noValidate onSubmit={form.submit(send)}>
      <Field label="Role">{(control) => <TextInput {...control} readOnly value="viewer" />}</Field>
      <Field label="Name" error={errors.name?.message}>
        {(control) => <TextInput {...control} {...form.register("name")} />}
      </Field>
      <Button type="submit" busy={form.isPending}>
        Make token
      </Button>
      {form.refusal && (
        <Note tone="bad" title={form.refusal.isOutcomeUnknown ? "Not known." : "Not made."} live>
          {form.refusal.text}
        </Note>
      )}
    </form>
  );
}

function validationError(...errors: FieldError[]): ApiError {
  const shared = { type: "about:blank", title: "Invalid input", request_id: "r" };
  return new ApiError({ ...shared, status: 422, code: "invalid", detail: "Refused.", errors });
}

test("invalid input is shown on its field, which takes the focus, and isn't sent", async () => {
  const send = vi.fn(async () => undefined);
  const screen = await show(<TokenForm send={send} />);
  const name = screen.getByRole("textbox", { name: "Name" });
  await name.fill("two words");
  await screen.getByRole("button", { name: "Make token" }).click();
  await expect.element(name).toBeInvalid();
  await expect.element(name).toHaveAccessibleDescription(/^Use 1 to 60 letters/);
  await expect.element(name).toHaveFocus();
  await expectAccessible();
  expect(send).not.toHaveBeenCalled();

  await name.fill("nightly-export");
  await expect.element(name).toBeValid();
  await screen.getByRole("button", { name: "Make token" }).click();
  await expect.poll(() => send.mock.calls.length).toBe(1);
  expect(send).toHaveBeenCalledWith({ ...defaultValues, name: "nightly-export" });
});

test("the server's field errors are shown on their fields, others above the form", async () => {
  const send = vi
    .fn<() => Promise<void>>()
    .mockRejectedValueOnce(validationError({ path: "name", message: "It is taken" }))
    .mockRejectedValueOnce(validationError({ path: "expires_at", message: "Too far away" }))
    .mockResolvedValueOnce();
  const screen = await show(<TokenForm send={send} />);
  const name = screen.getByRole("textbox", { name: "Name" });
  const submit = screen.getByRole("button", { name: "Make token" });
  await name.fill("nightly");
  await submit.click();
  await expect.element(name).toHaveAccessibleDescription("It is taken");
  await expect.element(name).toHaveFocus();
  await expect.element(name).toHaveValue("nightly");
  await expect.element(screen.getByText("Not made.")).not.toBeInTheDocument();
  await submit.click();
  await expect.element(screen.getByText("expires_at: Too far away")).toBeVisible();
  await expect.element(name).toBeValid();
  await submit.click();
  await expect.element(screen.getByText("Not made.")).not.toBeInTheDocument();
});

test("without an answer the form says that the outcome is unknown and keeps its values", async () => {
  const send = () => Promise.reject(new NetworkError(new Error("offline")));
  const screen = await show(<TokenForm send={send} />);
  await screen.getByRole("textbox", { name: "Name" }).fill("nightly");
  await screen.getByRole("button", { name: "Make token" }).click();
  await expect.element(screen.getByText("Not known.")).toBeVisible();
  await expect.element(screen.getByRole("textbox", { name: "Name" })).toHaveValue("nightly");
});
