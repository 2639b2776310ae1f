/** The gravest first. Apart from the schemas: the screen counts by it before it needs any of them. */
export const findingSeverities = ["error", "warning", "info"] as const;
export type FindingSeverity = (typeof findingSeverities)[number];
