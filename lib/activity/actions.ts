export const activityActions = [
  "model.create",
  "model.update",
  "model.delete",
  "key.update",
  "key.delete",
  "agent.update",
  "agent.reverted",
  "key.rollback",
  "key.repair",
] as const;
export type ActivityAction = (typeof activityActions)[number];
