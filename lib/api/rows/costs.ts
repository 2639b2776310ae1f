import { Rollback } from "@/lib/activity/schema";
import { BudgetChange, BudgetList, BudgetRecord, EvaluateReport } from "@/lib/budgets/schema";
import { HealthQuery, RunCosts } from "@/lib/run-health/schema";
import { UsageQuery, UsageReport } from "@/lib/usage/schema";
import { IdParams } from "../params";
import { body, file, json, type Rows } from "../row";

export const costRows = {
  getUsage: {
    role: "viewer",
    summary: "Read token usage and its cost",
    description: "At most 10 seconds behind CloudWatch, unless CloudWatch throttles.",
    query: UsageQuery,
    answer: json(UsageReport),
  },
  getRunCosts: {
    role: "viewer",
    summary: "Read the cost per run by agent and by model",
    description:
      "Cost of the tokens divided by the runs that Step Functions counted. A period in which an agent used several models counts for none of them.",
    query: HealthQuery,
    answer: json(RunCosts),
  },
  exportUsage: {
    role: "viewer",
    summary: "Export token usage as a CSV file",
    query: UsageQuery,
    answer: file("text/csv"),
  },
  listBudgets: {
    role: "viewer",
    summary: "List budgets and how much of each is used",
    answer: json(BudgetList),
  },
  saveBudget: {
    role: "admin",
    summary: "Set, change or remove a budget",
    description: "`monthly_usd: null` removes it; the answer is then empty (204).",
    body: body(BudgetChange),
    ifMatch: true,
    answer: json(BudgetRecord, { etag: "record", orEmpty: true }),
    refusals: ["not_found", "conflict"],
  },
  rollbackBudget: {
    role: "admin",
    summary: "Put back what one event changed in a budget",
    description: "The answer is empty (204) when there was no budget before the event.",
    params: IdParams,
    body: body(Rollback),
    answer: json(BudgetRecord, { etag: "record", orEmpty: true }),
    refusals: ["conflict"],
  },
  evaluateBudgets: {
    role: "admin",
    summary: "Publish budget metrics and bring the alarms up to date",
    answer: json(EvaluateReport),
  },
} satisfies Rows;
