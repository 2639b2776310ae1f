import type { StatusTone } from "@/components/ui/text/status";
import type { ActivityAction, ActivityEvent } from "@/lib/activity/schema";

export const actionLabels: Record<ActivityAction, string> = {
  "model.create": "Added a model",
  "model.update": "Changed a model",
  "model.delete": "Retired a model",
  "model.reverted": "Changed a model from outside",
  "agent.update": "Changed an agent",
  "agent.reverted": "Changed an agent from outside",
  "run.start": "Started a run",
  "run.stop": "Stopped a run",
  "trial.start": "Started a trial",
  "trial.resume": "Resumed a trial",
  "trial.finish": "Finished a trial",
  "trial.delete": "Deleted a trial's texts",
  "case_set.create": "Saved a case set",
  "case_set.update": "Changed a case set",
  "case_set.delete": "Deleted a case set",
  "key.update": "Put in a key",
  "key.generate": "Generated a token",
  "key.delete": "Removed a key",
  "key.rollback": "Rolled a key back",
  "key.repair": "Repaired a key",
  "check.dismiss": "Dismissed a finding",
  "check.restore": "Put a finding back",
  "catalog.update": "Brought in a price catalog",
  "catalog.delete": "Removed the price catalog",
  "budget.create": "Set a budget",
  "budget.update": "Changed a budget",
  "budget.delete": "Removed a budget",
  "token.create": "Made an API token",
  "token.revoke": "Revoked an API token",
  "access.refused": "Was refused",
  "sign_in.accepted": "Signed in",
  "sign_in.refused": "Was not let in",
  "sign_in.ended": "Signed out",
};

type Outcome = Exclude<ActivityEvent["outcome"], "done">;

/** Labels of outcomes other than done. */
export const outcomeLabels: Record<Outcome, { tone: StatusTone; label: string; detail: string }> = {
  pending: {
    tone: "warn",
    label: "Not settled",
    detail:
      "It was begun and its end is not known yet. The next look at the keys settles it by what the secret holds.",
  },
  refused: {
    tone: "off",
    label: "Refused",
    detail: "Nothing was changed.",
  },
  unknown: {
    tone: "bad",
    label: "Not known",
    detail:
      "The console ended in the middle, and somebody else wrote the secret since: whether this key was saved cannot be told. Check the key now.",
  },
};

/** The actor's name; external changes have none. */
export function formatActor({ actor }: ActivityEvent): string {
  return actor === "outside" ? "Someone outside the console" : actor;
}
