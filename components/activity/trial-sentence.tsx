import Link from "next/link";
import type { ReactNode } from "react";
import type { ActivityEvent } from "@/lib/activity/schema";
import { agentEntityKey } from "@/lib/agents/rules/entity";
import { formatMoney, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import { formatAttributeValue } from "./changed-values";

/** What was done to a trial or a case set of an agent; null for any other event. */
export function describeTrialEvent({ action, after }: ActivityEvent, entity: ReactNode): ReactNode {
  const text = (name: string) => formatAttributeValue(name, after?.[name]);
  const cases = pluralize(Number(text("cases") ?? 0), "case");
  const set = <span className="font-medium wrap-anywhere">{text("name")}</span>;
  switch (action) {
    case "trial.start":
      return (
        <>
          started a trial of {entity}: {cases} on {text("models")}, for at most{" "}
          {formatMoney(Number(text("limit_usd")))}
        </>
      );
    case "trial.finish":
      return (
        <>
          {ends[text("status") ?? ""] ?? "finished"} a trial of {entity} after{" "}
          {pluralize(Number(text("calls") ?? 0), "call")} for{" "}
          {formatMoney(Number(text("cost_usd")))}
        </>
      );
    case "trial.resume":
      return (
        <>
          resumed a trial of {entity}, for at most {formatMoney(Number(text("limit_usd")))}
        </>
      );
    case "trial.delete":
      return <>deleted the texts of a trial of {entity}</>;
    case "case_set.create":
      return (
        <>
          saved the case set {set} of {entity}, {cases}
        </>
      );
    case "case_set.update":
      return (
        <>
          changed the case set {set} of {entity}, {cases}
        </>
      );
    case "case_set.delete":
      return (
        <>
          deleted the case set {set} of {entity}
        </>
      );
    default:
      return null;
  }
}

const ends: Record<string, string> = {
  done: "finished",
  stopped: "stopped",
  limit: "reached the spending limit of",
};

/** The trial result for the model that an agent was switched to; nothing without a trial. */
export function EventEvidence({ event: { entity, evidence } }: { event: ActivityEvent }) {
  const agent = agentEntityKey(entity.id);
  if (evidence === null || agent === null) return null;
  const { agent_name, version } = agent;
  return (
    <p className="mt-1 wrap-anywhere text-ink-2">
      The new model was {evidence.text}.{" "}
      <Link
        href={pages.agent(agent_name, version, { tab: "trials", trial: evidence.trial_id })}
        prefetch={false}
        className="underline decoration-line-strong underline-offset-3"
      >
        Open the trial
      </Link>
    </p>
  );
}
