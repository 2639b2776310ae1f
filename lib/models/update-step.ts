import "server-only";
import { text } from "@/lib/aws/attributes";
import { type AttributeChanges, presentOf } from "@/lib/aws/narrow-update";
import type { Step } from "@/lib/operations/step";
import type { DefectiveRow, ModelRow } from "./row";

/** A step of an operation that does nothing yet to the model of this `pk`. */
export function noStep(id: string): Step {
  return {
    entity: { kind: "model", id },
    before: {},
    after: {},
    expected_etag: null,
    takes_back: false,
    model_pk: null,
    model_pk_before: null,
  };
}

/** The step that writes these attributes into a row, if they are still as they were read. */
export function updateStep(
  { pk, raw }: ModelRow | DefectiveRow,
  attributes: AttributeChanges,
  at: string,
): Step {
  const written = { ...attributes, updated_at: text(at) };
  const touched = Object.keys(written);
  return { ...noStep(pk), before: presentOf(raw, touched), after: presentOf(written, touched) };
}
