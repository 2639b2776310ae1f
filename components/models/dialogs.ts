export { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
export { AddModel } from "./add/add-model";
export { ModelDialogs } from "./edit/model-questions";
export { activateModel } from "./edit/use-model-writes";
export { ImportDialog } from "./import/import-dialog";
export { AssumedDialog } from "./prices/assumed-dialog";
export { PriceSyncDialog } from "./prices/price-sync-dialog";
