"use client";

import { useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { Button } from "@/components/ui/form/button";
import { type FieldsOf, SaveConflict, type Versioned } from "@/components/ui/form/versioned-save";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { Dialog } from "./dialog";

export type ConflictDialogProps<Item extends Versioned, Changes extends object> = {
  /** The record that both people changed, such as the model's name. */
  subject: string;
  conflict: SaveConflict<Item, Changes>;
  label: (name: keyof Changes & string) => string;
  /** A field as text for the screen. */
  format: (name: keyof Changes & string, values: FieldsOf<Changes>) => string;
  /** Writes my values over theirs. The dialog waits and shows a refusal. */
  onKeepMine: () => Promise<unknown> | undefined;
  /** Keeps their values in these fields; my other changes stay. */
  onTakeTheirs: () => Promise<unknown> | undefined;
  /** Returns to the form without a decision. */
  onClose: () => void;
};

/** Shows both people's values side by side. Nothing is written until the user chooses. */
export function ConflictDialog<Item extends Versioned, Changes extends object>(
  props: ConflictDialogProps<Item, Changes>,
) {
  const { subject, conflict, label, format, onKeepMine, onTakeTheirs, onClose } = props;
  const { base, theirs, mine } = conflict.sides;
  const [busy, setBusy] = useState<"mine" | "theirs" | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function choose(whose: "mine" | "theirs") {
    setBusy(whose);
    setRefusal(null);
    try {
      await (whose === "mine" ? onKeepMine() : onTakeTheirs());
    } catch (error) {
      // A newer conflict replaced this one.
      if (!(error instanceof SaveConflict)) setRefusal(describeError(error).detail);
    } finally {
      setBusy(null);
    }
  }

  return (
    <Dialog
      title={`${subject} was changed by someone else`}
      description="While you were editing, the same fields were saved with other values. Yours are not saved yet."
      size="lg"
      locked={busy !== null}
      onClose={onClose}
      footer={
        <>
          <Button className="sm:mr-auto" disabled={busy !== null} onClick={onClose}>
            Back to editing
          </Button>
          <Button busy={busy === "theirs"} onClick={() => choose("theirs")}>
            Take theirs
          </Button>
          <Button variant="primary" busy={busy === "mine"} onClick={() => choose("mine")}>
            Keep mine
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-4">
        {conflict.differing.map((name) => (
          <li key={name}>
            <ConflictRow
              label={label(name)}
              base={format(name, base)}
              theirs={format(name, theirs)}
              mine={format(name, mine)}
            />
          </li>
        ))}
      </ul>
      {refusal && (
        <Note tone="bad" live className="mt-3">
          {refusal}
        </Note>
      )}
    </Dialog>
  );
}

type ConflictRowProps = {
  label: string;
  /** The value before, theirs and mine. */
  base: string;
  theirs: string;
  mine: string;
};

function ConflictRow({ label, base, theirs, mine }: ConflictRowProps) {
  return (
    <>
      <h3 className="mb-1 font-medium">{label}</h3>
      <dl className="grid gap-2 sm:grid-cols-3">
        <Side of={label} name="When you began" value={base} quiet />
        <Side of={label} name="Theirs, saved" value={theirs} />
        <Side of={label} name="Mine, not saved" value={mine} />
      </dl>
    </>
  );
}

type SideProps = { of: string; name: string; value: string; quiet?: boolean };

function Side({ of, name, value, quiet }: SideProps) {
  return (
    <div
      className={classNames(
        "min-w-0 rounded-md border px-2.5 py-1.5",
        quiet ? "border-line text-ink-2" : "border-line-strong",
      )}
    >
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd>
        <ScrollRegion
          label={`${of}: ${name}`}
          className="max-h-56 overflow-y-auto rounded-sm whitespace-pre-wrap wrap-anywhere"
        >
          {value === "" ? <span className="text-ink-3">empty</span> : value}
        </ScrollRegion>
      </dd>
    </div>
  );
}
