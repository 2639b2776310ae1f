import { lazyPart } from "@/components/ui/lazy-part";

const dialogs = () => import("./dialogs");
export const CaseSetsDialog = lazyPart(async () => (await dialogs()).CaseSetsDialog);
export const CellDialog = lazyPart(async () => (await dialogs()).CellDialog);
export const StartTrialDialog = lazyPart(async () => (await dialogs()).StartTrialDialog);
