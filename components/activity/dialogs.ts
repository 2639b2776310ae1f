export { OperationDialog } from "@/components/operations/operation-dialogs";
export { RollbackDialog } from "./rollback-dialog";
