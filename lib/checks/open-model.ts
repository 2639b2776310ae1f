import { pages } from "@/lib/paths";
import type { FixAction } from "./schema";
import type { CheckedModel } from "./snapshot";

/** Where a model is put right that needs a person to look at it. */
export function openModel({ pk }: CheckedModel): FixAction {
  return { label: "Open the model", href: pages.models({ model: pk }) };
}
