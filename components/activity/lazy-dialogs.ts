"use client";

import dynamic from "next/dynamic";

/** Puts an earlier value back; loaded when somebody asks for it. */
export const RollbackDialog = dynamic(
  () => import("./rollback-dialog").then((file) => file.RollbackDialog),
  { ssr: false },
);

/** An operation with its steps; loaded when somebody opens it. */
export const OperationDialog = dynamic(
  () => import("@/components/operations/operation-dialog").then((file) => file.OperationDialog),
  { ssr: false },
);
