"use client";

import { lazyPart } from "@/components/ui/lazy-part";

export const RollbackDialog = lazyPart(() =>
  import("./rollback-dialog").then((file) => file.RollbackDialog),
);

export const OperationDialog = lazyPart(() =>
  import("@/components/operations/operation-dialog").then((file) => file.OperationDialog),
);
