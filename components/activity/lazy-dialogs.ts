"use client";

import dynamic from "next/dynamic";

export const RollbackDialog = dynamic(
  () => import("./rollback-dialog").then((file) => file.RollbackDialog),
  { ssr: false },
);

export const OperationDialog = dynamic(
  () => import("@/components/operations/operation-dialog").then((file) => file.OperationDialog),
  { ssr: false },
);
