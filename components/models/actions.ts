"use client";

import { createContext, useContext } from "react";
import type { ModelRecord } from "@/lib/models/schema";
import type { SheetView } from "./table/view-state";

export type ModelDialogKind = "default" | "deactivate" | "retire";

export type ModelActions = {
  /** Opens the sheet of a model. */
  open: (pk: string, show?: SheetView) => void;
  /** Opens a confirmation dialog. */
  confirm: (kind: ModelDialogKind, model: ModelRecord) => void;
  activate: (model: ModelRecord) => void;
};

const Context = createContext<ModelActions | null>(null);

export const ModelActionsProvider = Context.Provider;

/** Actions for rows, menus and sheets. @throws outside a ModelActionsProvider */
export function useModelActions(): ModelActions {
  const actions = useContext(Context);
  if (!actions) throw new Error("useModelActions needs a ModelActionsProvider around it");
  return actions;
}
