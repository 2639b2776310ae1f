export { DismissDialog } from "./dismiss-dialog";
export { PermissionDialog } from "./permission-dialog";
export { RunDialog } from "./run-dialog";
