"use client";

import { lazyPart } from "@/components/ui/lazy-part";
import { SheetSkeleton } from "@/components/ui/overlay/sheet-skeleton";

export const loadDialogs = () => import("./dialogs");

export const AddModel = lazyPart(
  async () => (await loadDialogs()).AddModel,
  <SheetSkeleton label="Loading the form" />,
);
export const AssumedDialog = lazyPart(async () => (await loadDialogs()).AssumedDialog);
export const ConfirmDialog = lazyPart(async () => (await loadDialogs()).ConfirmDialog);
export const ImportDialog = lazyPart(async () => (await loadDialogs()).ImportDialog);
export const ModelDialogs = lazyPart(async () => (await loadDialogs()).ModelDialogs);
export const PriceSyncDialog = lazyPart(async () => (await loadDialogs()).PriceSyncDialog);

export const ModelSheet = lazyPart(
  () => import("./sheet/model-sheet").then((file) => file.ModelSheet),
  <SheetSkeleton label="Loading the model" />,
);
