"use client";

import { Button } from "@/components/ui/form/button";
import { SaveConflict } from "@/components/ui/form/versioned-save";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { formatPriceUsd } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { useSaveModel } from "./use-model-writes";

export type AssumedNoteProps = { model: ModelRecord; unit: PriceUnit; canWrite: boolean };

/** Says how a price of unclear unit is read; one click confirms it. */
export function AssumedNote({ model, unit, canWrite }: AssumedNoteProps) {
  const save = useSaveModel();
  const { input_price, output_price } = model;

  async function confirm() {
    const changes = {
      ...(input_price !== null && { input_price }),
      ...(output_price !== null && { output_price }),
    };
    try {
      await save.mutateAsync({ base: model, changes });
      showToast({ tone: "good", title: `The price of ${model.display_name} is confirmed` });
    } catch (error) {
      showToast({
        tone: "bad",
        title: "The price was not confirmed",
        description:
          error instanceof SaveConflict
            ? `${model.display_name} was changed by someone else in the same fields.`
            : errorInWords(error).detail,
      });
    }
  }

  return (
    <Note
      tone="warn"
      title="The unit of this price is assumed."
      className="mb-3"
      action={
        canWrite && (
          <Button size="sm" busy={save.isPending} onClick={confirm}>
            It is right
          </Button>
        )
      }
    >
      An older tool wrote it without saying whether it meant 1M or 1K tokens, and no catalog price
      settles it. Read here as {formatPriceUsd(input_price, unit)} in and{" "}
      {formatPriceUsd(output_price, unit)} out per {unit} tokens.
      {canWrite && " If that is wrong, edit the price."}
    </Note>
  );
}
