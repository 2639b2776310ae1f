"use client";

import { lazyPart } from "@/components/ui/lazy-part";

const load = () => import("./dialogs");

export const RollbackDialog = lazyPart(async () => (await load()).RollbackDialog);
export const OperationDialog = lazyPart(async () => (await load()).OperationDialog);
