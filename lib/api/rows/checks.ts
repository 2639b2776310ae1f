import { CheckReport, Dismiss, Restore, RunDiagnoses, RunText } from "@/lib/checks/schema";
import { body, empty, json, type Rows } from "../row";

export const checkRows = {
  runChecks: {
    role: "viewer",
    summary: "Run all checks",
    answer: json(CheckReport),
  },
  diagnoseRun: {
    role: "viewer",
    summary: "Explain the error text of a failed run",
    body: body(RunText),
    answer: json(RunDiagnoses),
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
