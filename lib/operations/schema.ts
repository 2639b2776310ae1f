import type { ActivityEntity } from "@/lib/activity/schema";

export const operationKinds = [
  "retire",
  "import",
  "switch",
  "price_sync",
  "price_confirm",
  "undo",
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** `refused`: a rule or somebody else's change stood against it; the row is as it was. */
export type ItemOutcome = "pending" | "done" | "refused";

export type OperationItem = {
  index: number;
  entity: ActivityEntity;
  action: "create" | "update" | "delete";
  outcome: ItemOutcome;
  /** Why it was refused, or what is to be known of it although it is done. */
  message: string | null;
};

export type OperationRecord = {
  operation_id: string;
  kind: OperationKind;
  title: string;
  actor: string;
  created_at: string;
  /** `running`: items are pending; a crashed one stays so until it is resumed. `partial`: some were refused. */
  status: "running" | "done" | "partial" | "stopped";
  total: number;
  done: number;
  refused: number;
  pending: number;
  /** The operation that this one takes back. */
  undo_of: string | null;
  /** The operation that took this one back. */
  undone_by: string | null;
  items: OperationItem[];
};
