import { lazyPart } from "@/components/ui/lazy-part";

// Both have forms.
const forms = () => import("./form-dialogs");
export const StartTrialDialog = lazyPart(async () => (await forms()).StartTrialDialog);
export const CaseSetsDialog = lazyPart(async () => (await forms()).CaseSetsDialog);

export const CellDialog = lazyPart(async () => (await import("./cell-dialog")).CellDialog);
