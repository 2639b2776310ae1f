export { DismissDialog } from "./dismiss-dialog";
export { FixAllDialog } from "./fix-all-dialog";
export { PermissionDialog } from "./permission-dialog";
export { RunDialog } from "./run-dialog";
