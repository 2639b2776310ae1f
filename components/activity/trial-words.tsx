import type { ReactNode } from "react";
import type { ActivityEvent } from "@/lib/activity/schema";
import { formatMoney, pluralize } from "@/lib/format";
import { formatAttributeValue } from "./value-words";

/** What was done to a trial or a case set of an agent; null for any other event. */
export function trialWords({ action, after }: ActivityEvent, thing: ReactNode): ReactNode {
  const text = (name: string) => formatAttributeValue(name, after?.[name]);
  const cases = pluralize(Number(text("cases") ?? 0), "case");
  const set = <span className="font-medium wrap-anywhere">{text("name")}</span>;
  switch (action) {
    case "trial.start":
      return (
        <>
          started a trial of {thing}: {cases} on {text("models")}, for at most{" "}
          {formatMoney(Number(text("limit_usd")))}
        </>
      );
    case "trial.finish":
      return (
        <>
          {ends[text("status") ?? ""] ?? "finished"} a trial of {thing} after{" "}
          {pluralize(Number(text("calls") ?? 0), "call")} for{" "}
          {formatMoney(Number(text("cost_usd")))}
        </>
      );
    case "trial.resume":
      return (
        <>
          resumed a trial of {thing}, for at most {formatMoney(Number(text("limit_usd")))}
        </>
      );
    case "trial.delete":
      return <>deleted the texts of a trial of {thing}</>;
    case "case_set.create":
      return (
        <>
          saved the case set {set} of {thing}, {cases}
        </>
      );
    case "case_set.update":
      return (
        <>
          changed the case set {set} of {thing}, {cases}
        </>
      );
    case "case_set.delete":
      return (
        <>
          deleted the case set {set} of {thing}
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
