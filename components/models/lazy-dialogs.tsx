"use client";

import { lazyPart } from "@/components/ui/lazy-part";
import { SheetSkeleton } from "@/components/ui/overlay/sheet-skeleton";

const load = () => import("./dialogs");

export const AddModel = lazyPart(
  async () => (await load()).AddModel,
  <SheetSkeleton label="Loading the form" />,
);
export const AssumedDialog = lazyPart(async () => (await load()).AssumedDialog);
export const ConfirmDialog = lazyPart(async () => (await load()).ConfirmDialog);
export const ImportDialog = lazyPart(async () => (await load()).ImportDialog);
export const ModelDialogs = lazyPart(async () => (await load()).ModelDialogs);
export const PriceSyncDialog = lazyPart(async () => (await load()).PriceSyncDialog);

export const ModelSheet = lazyPart(
  () => import("./sheet/model-sheet").then((file) => file.ModelSheet),
  <SheetSkeleton label="Loading the model" />,
);
