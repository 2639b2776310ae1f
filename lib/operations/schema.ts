import * as z from "zod/mini";
import { ActivityEntity } from "@/lib/activity/schema";

export const operationKinds = [
  "retire",
  "import",
  "switch",
  "price_sync",
  "price_confirm",
  "undo",
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** `refused`: a rule or a concurrent change prevented it; the row is unchanged. */
export const ItemOutcome = z.enum(["pending", "done", "refused"]);
export type ItemOutcome = z.infer<typeof ItemOutcome>;

export const OperationItem = z.strictObject({
  index: z.number(),
  entity: ActivityEntity,
  action: z.enum(["create", "update", "delete"]),
  outcome: ItemOutcome,
  /** Why it was refused, or a note on a finished item. */
  message: z.nullable(z.string()),
});
export type OperationItem = z.infer<typeof OperationItem>;

export const OperationRecord = z.strictObject({
  operation_id: z.string(),
  kind: z.enum(operationKinds),
  title: z.string(),
  actor: z.string(),
  created_at: z.string(),
  /**
   * `running`: items are pending; a crashed operation stays so until it is resumed. `partial`: some
   * items were refused.
   */
  status: z.enum(["running", "done", "partial", "stopped"]),
  total: z.number(),
  done: z.number(),
  refused: z.number(),
  pending: z.number(),
  /** The operation that this one undoes. */
  undo_of: z.nullable(z.string()),
  /** The operation that undid this one. */
  undone_by: z.nullable(z.string()),
  items: z.array(OperationItem),
});
export type OperationRecord = z.infer<typeof OperationRecord>;
