import { useState } from "react";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { Button } from "@/components/ui/form/button";
import { SaveConflict } from "@/components/ui/form/versioned-save";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import { ApiError } from "@/lib/api/client";
import { expectAccessible, show } from "../render";

const refusal = new ApiError({
  type: "about:blank",
  title: "Conflict",
  code: "conflict",
  status: 409,
  detail: "Two agents use it.",
  request_id: "r-1",
});

type QuestionProps = { onConfirm: () => Promise<unknown>; blockedBy?: string };

function Question({ onConfirm, blockedBy }: QuestionProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Retire…</Button>
      {isOpen && (
        <ConfirmDialog
          title="Retire gpt-4o?"
          confirmLabel="Retire model"
          danger
          blockedBy={blockedBy}
          onConfirm={onConfirm}
          onClose={() => setOpen(false)}
        >
          Agents get another model.
        </ConfirmDialog>
      )}
    </>
  );
}

test("a confirmation names the action, closes when it is done and returns the focus", async () => {
  const confirm = vi.fn(async () => undefined);
  const screen = await show(<Question onConfirm={confirm} />);
  await screen.getByRole("button", { name: "Retire…" }).click();
  const dialog = screen.getByRole("alertdialog", { name: "Retire gpt-4o?" });
  await expect.element(dialog).toHaveAccessibleDescription("Agents get another model.");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Retire model" }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(confirm).toHaveBeenCalledOnce();
  await expect.element(screen.getByRole("button", { name: "Retire…" })).toHaveFocus();
});

test("a refusal is shown in the confirmation, which stays open", async () => {
  const screen = await show(<Question onConfirm={() => Promise.reject(refusal)} />);
  await screen.getByRole("button", { name: "Retire…" }).click();
  const dialog = screen.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Retire model" }).click();
  await expect.element(dialog).toHaveTextContent("Two agents use it.");
  await expect.element(dialog.getByRole("button", { name: "Retire model" })).toBeEnabled();
});

test("a running confirmation can't be closed or confirmed twice", async () => {
  let finish = () => {};
  const confirm = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const screen = await show(<Question onConfirm={confirm} />);
  await screen.getByRole("button", { name: "Retire…" }).click();
  const dialog = screen.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Retire model" }).click();
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog.getByRole("button", { name: "Cancel" })).toBeDisabled();
  await dialog.getByRole("button", { name: /Retire model/ }).click({ force: true });
  expect(confirm).toHaveBeenCalledOnce();
  finish();
  await expect.element(dialog).not.toBeInTheDocument();
});

test("what blocks an action is shown beside its disabled button", async () => {
  const screen = await show(
    <Question onConfirm={async () => undefined} blockedBy="Choose one first." />,
  );
  await screen.getByRole("button", { name: "Retire…" }).click();
  const dialog = screen.getByRole("alertdialog");
  await expect.element(dialog).toHaveTextContent("Choose one first.");
  await expect.element(dialog.getByRole("button", { name: "Retire model" })).toBeDisabled();
});

test("a conflict shows base, theirs and mine, and writes only what is chosen", async () => {
  const choices = {
    onKeepMine: vi.fn(() => Promise.reject(refusal)),
    onTakeTheirs: vi.fn(async () => undefined),
    onClose: vi.fn(),
  };
  const base = { etag: "1", purpose: "Chat" };
  const theirs = { etag: "2", purpose: "" };
  const conflict = new SaveConflict(base, theirs, { purpose: "Code\nreview" }, ["purpose"]);
  const screen = await show(
    <ConflictDialog
      subject="GPT-4o"
      conflict={conflict}
      label={() => "Purpose"}
      format={(name, values) => values[name] ?? ""}
      {...choices}
    />,
  );
  const dialog = screen.getByRole("dialog", { name: "GPT-4o was changed by someone else" });
  const side = (name: string) => dialog.getByRole("region", { name: `Purpose: ${name}` });
  await expect.element(side("When you began")).toHaveTextContent("Chat");
  await expect.element(side("Theirs, saved")).toHaveTextContent("empty");
  await expect.element(side("Mine, not saved")).toHaveTextContent("Code review");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await expect.element(dialog).toHaveTextContent("Two agents use it.");
  await dialog.getByRole("button", { name: "Take theirs" }).click();
  expect(choices.onTakeTheirs).toHaveBeenCalledOnce();
  await dialog.getByRole("button", { name: "Back to editing" }).click();
  expect(choices.onClose).toHaveBeenCalledOnce();
});
