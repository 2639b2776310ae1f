import "server-only";
import type { Examples } from "./example";
import { at, finding } from "./records";

export const checkExamples = {
  runChecks: {
    answer: {
      findings: [{ ...finding, affects: { agents: 3, month_usd: 41.2 } }],
      dismissed: [],
      as_of: at,
      unchecked: [],
    },
  },
  evaluateChecks: {
    answer: {
      as_of: at,
      findings: 3,
      by_severity: { error: 1, warning: 2, info: 0 },
      uncounted: null,
      alarms: { written: ["switchboard-prod/budget/agent:sql-agent"], deleted: [], remaining: 0 },
      unpublished: null,
      notified: { opened: 1, resolved: 0, sent: true, failure: null },
      topic: { opened: 1, resolved: 0, sent: true, failure: null },
    },
  },
  startEvaluation: { answer: { already_running: false } },
  checkPermissions: {
    body: { actions: ["cloudwatch:PutMetricAlarm"] },
    answer: {
      as_of: at,
      allowed: [],
      missing: [
        {
          action: "cloudwatch:PutMetricAlarm",
          resource: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:switchboard-prod/*",
          needed_for: "the alarms of budgets",
        },
      ],
      undetermined: [],
      left_behind: [],
    },
  },
  diagnoseRun: {
    body: { text: "States.QueryEvaluationError: missing field endpoint" },
    answer: {
      diagnoses: [
        {
          code: "endpoint_missing",
          name: "Missing field endpoint",
          cause: "The runtime's map has no entry for the agent's provider.",
          fix: "Switch the agent to a registered model of a provider that the runtime maps.",
          model_id: null,
          findings: [],
        },
      ],
    },
  },
  dismissFinding: {
    body: {
      code: "key_missing",
      subject: { kind: "key", id: "openai" },
      reason: "No agent uses OpenAI this month.",
      until: "2026-12-31",
    },
  },
  restoreFinding: { body: { code: "key_missing", subject: { kind: "key", id: "openai" } } },
} satisfies Examples;
