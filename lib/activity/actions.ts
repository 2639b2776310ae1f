export const activityActions = [
  "model.create",
  "model.update",
  "model.delete",
  "key.update",
  "key.generate",
  "key.delete",
  "agent.update",
  "agent.reverted",
  "key.rollback",
  "key.repair",
  "check.dismiss",
  "check.restore",
] as const;
export type ActivityAction = (typeof activityActions)[number];
