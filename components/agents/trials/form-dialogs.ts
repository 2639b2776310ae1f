export { CaseSetsDialog } from "./case-sets";
export { StartTrialDialog } from "./start-trial";
