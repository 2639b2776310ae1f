"use client";

import { useSaveModel } from "@/components/models/use-model-writes";
import { Button } from "@/components/ui/form/button";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { contradictions } from "@/lib/capabilities/rules/contradictions";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { claimWords } from "./capability-words";

type Props = { model: ModelRecord; canWrite: boolean };

/** Where the row says something else than the model has shown, and the button that corrects it. */
export function CorrectRow({ model, canWrite }: Props) {
  const save = useSaveModel();
  const wrong = contradictions(model, model.capabilities_proved);
  if (wrong.length === 0) return null;
  const changes = Object.fromEntries(wrong.map(({ attribute, shown }) => [attribute, shown]));
  const agents = model.used_by.length;
  const losesTools = wrong.some(({ name, shown }) => name === "tools" && !shown);

  function correct() {
    save.mutate(
      { base: model, changes },
      {
        onSuccess: () =>
          showToast({ tone: "good", title: `The row of ${model.display_name} is corrected` }),
      },
    );
  }

  return (
    <>
      <Note
        tone="warn"
        title={`The row ${wrong.map(({ name, said }) => claimWords(name, said)).join(", and ")}.`}
        action={
          canWrite && (
            <Button size="sm" onClick={correct} busy={save.isPending}>
              Correct the row
            </Button>
          )
        }
      >
        The probe showed otherwise.
        {losesTools &&
          agents > 0 &&
          ` ${pluralize(agents, "agent uses", "agents use")} this model: those with tools fail.`}
      </Note>
      {save.error && (
        <Note tone="bad" live title="Not corrected.">
          {errorInWords(save.error).detail}
        </Note>
      )}
    </>
  );
}
