import type { StatusTone } from "@/components/ui/text/status";
import { formatCount, pluralize } from "@/lib/format";
import type { OperationItem, OperationRecord } from "@/lib/operations/schema";

/** How an operation stands, as a mark, a word and a sentence. */
export function operationState(operation: OperationRecord): {
  tone: StatusTone;
  word: string;
  detail: string;
} {
  const { status, total, done, refused, pending, undone_by } = operation;
  if (undone_by !== null) {
    return { tone: "off", word: "Undone", detail: "What became of each row stands below." };
  }
  switch (status) {
    case "running":
      return {
        tone: "off",
        word: "Running",
        detail: `${formatCount(done + refused)} of ${pluralize(total, "row")} so far.`,
      };
    case "stopped":
      return {
        tone: "warn",
        word: "Stopped",
        detail: `${pluralize(done, "row")} written, ${pluralize(pending, "row")} not touched.`,
      };
    case "partial":
      return {
        tone: "warn",
        word: done === 0 ? "Refused" : "Partly done",
        detail: `${pluralize(done, "row")} written, ${pluralize(refused, "row")} refused and left as ${refused === 1 ? "it was" : "they were"}.`,
      };
    case "done":
      return { tone: "good", word: "Done", detail: `${pluralize(total, "row")} written.` };
  }
}

const verbs = {
  done: { create: "added", update: "changed", delete: "removed" },
  pending: { create: "to add", update: "to change", delete: "to remove" },
  refused: { create: "not added", update: "not changed", delete: "not removed" },
} as const;

/** "added", "to change", "not removed" */
export function itemLabels({ action, outcome }: OperationItem): string {
  return verbs[outcome][action];
}

export const itemTones: Record<OperationItem["outcome"], StatusTone> = {
  done: "good",
  pending: "off",
  refused: "bad",
};
