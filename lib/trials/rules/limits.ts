/** Models tried beside the agent's present one. */
export const maxOtherTargets = 3;
/** Runs that cases are taken from; each gives one case, or two if it used tools. */
export const maxRuns = 50;
/** Cases written or pasted, and cases of a saved set. */
export const maxCases = 100;
/** With fewer cases a screen shows counts, not percentages. */
export const minCasesForShares = 10;
/** USD that a trial may cost if nobody says otherwise, and at most. */
export const defaultLimitUsd = 1;
export const maxLimitUsd = 100;
/** Days that messages, answers and arguments are stored. */
export const textDays = 30;
/** Bytes of a saved set of cases as JSONL: DynamoDB takes rows of at most 409,600. */
export const maxSetBytes = 400_000;
/** Agents of a bulk switch that are tried in one go. */
export const maxAgents = 50;
