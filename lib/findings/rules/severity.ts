/** Most severe first. Separate from the schemas to keep them out of the first load. */
export const findingSeverities = ["error", "warning", "info"] as const;
export type FindingSeverity = (typeof findingSeverities)[number];
