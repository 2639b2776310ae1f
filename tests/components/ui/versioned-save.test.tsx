import { useState } from "react";
import { expect, test } from "vitest";
import { Button } from "@/components/ui/form/button";
import { useVersionedSave } from "@/components/ui/form/use-versioned-save";
import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import { describeError } from "@/components/ui/text/describe-error";
import { ApiError } from "@/lib/api/client";
import { show } from "../render";

type Lamp = { etag: string; state: string };
type Changes = { state: string };

function problem(code: "stale" | "invalid", current?: Lamp): ApiError {
  const shared = { type: "about:blank", title: "Refused", request_id: "r" };
  return new ApiError({ ...shared, status: 412, code, detail: "It is locked.", current });
}

type SwitchProps = {
  answers: (Lamp | ApiError)[];
  /** The server answers once this is settled. */
  answerAfter?: Promise<void>;
  isOptimistic?: boolean;
};

/** A lamp that is off. The server gives one of these answers to each write. */
function LampSwitch({ answers, answerAfter, isOptimistic }: SwitchProps) {
  const [lamp, setLamp] = useState<Lamp>({ etag: "1", state: "off" });
  const { mutate, mutateAsync, error, conflict, dismissConflict } = useVersionedSave<Lamp, Changes>(
    {
      write: async () => {
        const answer = answers.shift();
        await answerAfter;
        if (!answer || answer instanceof ApiError) throw answer;
        return answer;
      },
      ...(isOptimistic && {
        optimistic: async ({ base, changes }) => {
          setLamp({ ...base, ...changes });
          return () => setLamp(base);
        },
      }),
      show: setLamp,
      stale: [],
    },
  );
  return (
    <>
      <Button onClick={() => mutate({ base: lamp, changes: { state: "on" } })}>Turn on</Button>
      <p>The lamp is {lamp.state}.</p>
      {error && !conflict && <p>{describeError(error).detail}</p>}
      {conflict && (
        <ConflictDialog
          subject="The lamp"
          conflict={conflict}
          label={() => "State"}
          format={(name, values) => values[name] ?? ""}
          onKeepMine={() => mutateAsync({ base: conflict.current, changes: conflict.changes })}
          onTakeTheirs={async () => dismissConflict()}
          onClose={dismissConflict}
        />
      )}
    </>
  );
}

test("an optimistic change is shown at once, and undone with the reason when it is refused", async () => {
  let answer = () => {};
  const answerAfter = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const screen = await show(
    <LampSwitch isOptimistic answers={[problem("invalid")]} answerAfter={answerAfter} />,
  );
  await screen.getByRole("button", { name: "Turn on" }).click();
  await expect.element(screen.getByText("The lamp is on.")).toBeVisible();
  answer();
  await expect.element(screen.getByText("It is locked.")).toBeVisible();
  await expect.element(screen.getByText("The lamp is off.")).toBeVisible();
});

test("a change that someone else made too is saved without a question", async () => {
  const current = { etag: "2", state: "on" };
  const screen = await show(
    <LampSwitch answers={[problem("stale", current), { ...current, etag: "3" }]} />,
  );
  await screen.getByRole("button", { name: "Turn on" }).click();
  await expect.element(screen.getByText("The lamp is on.")).toBeVisible();
  await expect.element(screen.getByRole("dialog")).not.toBeInTheDocument();
});

test("a conflict shows theirs behind the question, and mine is saved on top of it", async () => {
  const current = { etag: "2", state: "broken" };
  const screen = await show(
    <LampSwitch answers={[problem("stale", current), { etag: "3", state: "on" }]} />,
  );
  await screen.getByRole("button", { name: "Turn on" }).click();
  const dialog = screen.getByRole("dialog", { name: "The lamp was changed by someone else" });
  await expect
    .element(dialog.getByRole("region", { name: "State: Theirs, saved" }))
    .toHaveTextContent("broken");
  await expect.element(screen.getByText("The lamp is broken.")).toBeInTheDocument();
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(screen.getByText("The lamp is on.")).toBeVisible();
});

test("a second conflict replaces the first", async () => {
  const screen = await show(
    <LampSwitch
      answers={[
        problem("stale", { etag: "2", state: "broken" }),
        problem("stale", { etag: "3", state: "dimmed" }),
      ]}
    />,
  );
  await screen.getByRole("button", { name: "Turn on" }).click();
  const dialog = screen.getByRole("dialog");
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await expect
    .element(dialog.getByRole("region", { name: "State: Theirs, saved" }))
    .toHaveTextContent("dimmed");
});
