import {
  CheckPermissions,
  CheckReport,
  Dismiss,
  Evaluation,
  PermissionReport,
  Restore,
  RunDiagnoses,
  RunText,
  StartedEvaluation,
} from "@/lib/checks/schema";
import { body, empty, json, type Rows } from "../row";

export const checkRows = {
  runChecks: {
    role: "viewer",
    summary: "Run all checks",
    answer: json(CheckReport),
  },
  evaluateChecks: {
    role: "admin",
    summary: "Run the checks, publish and notify",
    description:
      "For a schedule. Publishes the counts of findings by severity, budgets and unusual usage with their alarms, and sends errors that are new or gone once to NOTIFY_WEBHOOK_URL and to ALARM_TOPIC_ARN.",
    answer: json(Evaluation),
  },
  startEvaluation: {
    role: "admin",
    summary: "Start an evaluation and don't wait for it",
    description:
      "For schedulers that wait a few seconds only, such as API destinations of EventBridge. What failed is in the log.",
    answer: json(StartedEvaluation, { status: 202 }),
  },
  checkPermissions: {
    role: "admin",
    summary: "Try the permissions of the console's role",
    description:
      "Tries each action that the console needs once, the writing ones with requests that AWS refuses after it has checked the permission. Nothing should remain; `left_behind` lists anything that an endpoint kept anyway. `actions` tries only these.",
    body: body(CheckPermissions, { optional: true }),
    answer: json(PermissionReport),
    limit: "probes",
  },
  diagnoseRun: {
    role: "viewer",
    summary: "Explain the error text of a failed run",
    body: body(RunText),
    answer: json(RunDiagnoses),
    refusals: ["not_found"],
  },
  dismissFinding: {
    role: "admin",
    summary: "Dismiss a finding with a reason",
    body: body(Dismiss),
    answer: empty,
    refusals: ["conflict"],
  },
  restoreFinding: {
    role: "admin",
    summary: "Show a dismissed finding again",
    body: body(Restore),
    answer: empty,
    refusals: ["not_found", "conflict"],
  },
} satisfies Rows;
