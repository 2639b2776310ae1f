import { lazyPart } from "@/components/ui/lazy-part";

export const StartTrialDialog = lazyPart(() =>
  import("./start-trial").then((file) => file.StartTrialDialog),
);
export const CaseSetsDialog = lazyPart(() =>
  import("./case-sets").then((file) => file.CaseSetsDialog),
);
export const CellDialog = lazyPart(() => import("./cell-dialog").then((file) => file.CellDialog));
