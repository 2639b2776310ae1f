export { CaseSetsDialog } from "./case-sets";
export { CellDialog } from "./cell-dialog";
export { StartTrialDialog } from "./start-trial";
