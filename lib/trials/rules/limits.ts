/** The most models tried beside the agent's present one. */
export const maxOtherTargets = 3;
/** The most runs that cases are taken from. Each gives one case, or two if it used tools. */
export const maxRuns = 50;
/** The most cases that are written or pasted, and the most cases of a saved set. */
export const maxCases = 100;
/** With fewer cases a screen shows counts, not percentages. */
export const minCasesForShares = 10;
/** The default and the maximum cost of a trial, in USD. */
export const defaultLimitUsd = 1;
export const maxLimitUsd = 100;
/** How many days messages, answers and arguments are stored. */
export const textDays = 30;
/** The maximum bytes of a saved set as JSONL. DynamoDB accepts rows of up to 409,600. */
export const maxSetBytes = 400_000;
/** The most agents of a bulk switch that are tried together. */
export const maxAgents = 50;
/** The longest wait, in seconds, that a provider may ask for. */
export const maxWaitSeconds = 300;
