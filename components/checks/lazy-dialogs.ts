import { lazyPart } from "@/components/ui/lazy-part";

const dialogs = () => import("./dialogs");
export const DismissDialog = lazyPart(async () => (await dialogs()).DismissDialog);
export const FixAllDialog = lazyPart(async () => (await dialogs()).FixAllDialog);
export const PermissionDialog = lazyPart(async () => (await dialogs()).PermissionDialog);
export const RunDialog = lazyPart(async () => (await dialogs()).RunDialog);
