export { OperationDialog } from "@/components/operations/operation-dialog";
export { RollbackDialog } from "./rollback-dialog";
