export const activityActions = [
  "model.create",
  "model.update",
  "model.delete",
  "model.reverted",
  "key.update",
  "key.generate",
  "key.delete",
  "agent.update",
  "agent.reverted",
  "run.start",
  "run.stop",
  "key.rollback",
  "key.repair",
  "check.dismiss",
  "check.restore",
  "budget.create",
  "budget.update",
  "budget.delete",
  "token.create",
  "token.revoke",
  "access.refused",
  "sign_in.accepted",
  "sign_in.refused",
  "sign_in.ended",
] as const;
export type ActivityAction = (typeof activityActions)[number];

/** The kinds of entity that an event can be about. */
export const entityKinds = [
  "model",
  "agent",
  "key",
  "check",
  "budget",
  "token",
  "access",
  "sign_in",
] as const;
