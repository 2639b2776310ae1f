import Link from "next/link";
import type { ReactNode } from "react";
import type { ActivityEvent, RawAttributes } from "@/lib/activity/schema";
import { agentEntityKey } from "@/lib/agents/rules/entity";
import { formatMoney, formatProviderName, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import {
  describeKeyEvent,
  describeRefusal,
  describeSignIn,
  describeToken,
} from "./access-sentence";
import { type ChangedValue, changedValues, formatAttributeValue } from "./changed-values";
import { describeTrialEvent } from "./trial-sentence";

export type EventDescription = {
  /** The change and its entity; follows the actor's name. */
  sentence: ReactNode;
  /** The changes that the sentence doesn't mention. */
  rest: ChangedValue[];
  /** All attributes, for a created or deleted entity. */
  snapshot: ChangedValue[] | null;
};

/**
 * Describes an event, as the rest of a sentence that starts with the actor.
 * @param isOwnPage true on the entity's own page, where it isn't linked
 */
export function describeEvent(event: ActivityEvent, isOwnPage: boolean): EventDescription {
  const changes = changedValues(event);
  const entity = <EntityName event={event} isOwnPage={isOwnPage} />;
  switch (event.entity.kind) {
    case "model":
      return describeModelEvent(event, changes, entity);
    case "agent":
      return describeAgentEvent(event, changes, entity);
    case "key":
      return { sentence: describeKeyEvent(event, entity), rest: [], snapshot: null };
    case "check":
      return { sentence: describeCheckEvent(event, entity), rest: [], snapshot: null };
    case "budget":
      return { sentence: describeBudgetEvent(event, entity), rest: [], snapshot: null };
    case "catalog":
      return { sentence: describeCatalogEvent(event), rest: changes, snapshot: null };
    case "token":
      return { sentence: describeToken(event), rest: [], snapshot: null };
    case "access":
      return { sentence: describeRefusal(event), rest: [], snapshot: null };
    case "sign_in":
      return { sentence: describeSignIn(event), rest: [], snapshot: null };
  }
}

function describeModelEvent(
  event: ActivityEvent,
  changes: ChangedValue[],
  entity: ReactNode,
): EventDescription {
  const isOutside = event.action === "model.reverted";
  if (event.before === null)
    return {
      sentence: (
        <>
          {isOutside ? "brought back" : "added"} {entity}
        </>
      ),
      rest: [],
      snapshot: changes,
    };
  if (event.after === null)
    return {
      sentence: (
        <>
          {isOutside ? "deleted" : "retired"} {entity}
        </>
      ),
      rest: [],
      snapshot: changes,
    };
  const names = changes.map(({ name }) => name);
  const [only] = changes;
  if (names.length === 1 && only?.name === "is_active") {
    const verb = only.after === "no" ? "deactivated" : "activated";
    return {
      sentence: (
        <>
          {verb} {entity}
        </>
      ),
      rest: [],
      snapshot: null,
    };
  }
  if (names.length === 1 && only?.name === "is_default") {
    const sentence =
      only.after === "yes" ? <>made {entity} the default</> : <>took the default from {entity}</>;
    return { sentence, rest: [], snapshot: null };
  }
  return describeChanges(changes, entity);
}

function describeAgentEvent(
  event: ActivityEvent,
  changes: ChangedValue[],
  entity: ReactNode,
): EventDescription {
  const { action, before, after } = event;
  if (action === "run.start" || action === "run.stop") {
    return { sentence: describeRunEvent(event, entity), rest: [], snapshot: null };
  }
  const trialSentence = describeTrialEvent(event, entity);
  if (trialSentence) return { sentence: trialSentence, rest: [], snapshot: null };
  const isSwitch = changes.some(({ name }) => name === "llm_model" || name === "llm_provider");
  if (!isSwitch) return describeChanges(changes, entity);
  const sentence = (
    <>
      switched {entity} from <ModelName raw={before} other={after} /> to{" "}
      <ModelName raw={after} other={before} />
    </>
  );
  const rest = changes.filter(({ name }) => name !== "llm_model" && name !== "llm_provider");
  return { sentence, rest, snapshot: null };
}

function describeChanges(changes: ChangedValue[], entity: ReactNode): EventDescription {
  const [only] = changes;
  const what =
    changes.length === 1 && only ? `the ${lower(only.label)}` : `${changes.length} values`;
  return {
    sentence: (
      <>
        changed {what} of {entity}
      </>
    ),
    rest: changes,
    snapshot: null,
  };
}

function describeRunEvent(
  { action, entity, after }: ActivityEvent,
  entityName: ReactNode,
): ReactNode {
  const text = (name: string) => formatAttributeValue(name, after?.[name]);
  const [run, length, source] = [text("run"), text("message_length"), text("rerun_of")];
  const agent = agentEntityKey(entity.id);
  return (
    <>
      {action === "run.stop" ? "stopped" : "started"} a run of {entityName}
      {length !== null && <> with a message of {pluralize(Number(length), "character")}</>}
      {source !== null && (
        <>
          {" "}
          with the input of <span className="font-mono">{source}</span>
        </>
      )}
      {agent && run !== null && (
        <>
          :{" "}
          <Link
            href={pages.agent(agent.agent_name, agent.version, { tab: "runs", run })}
            prefetch={false}
            className="font-mono underline decoration-line-strong underline-offset-3"
          >
            {run}
          </Link>
        </>
      )}
    </>
  );
}

function describeCheckEvent({ action, after }: ActivityEvent, entity: ReactNode): ReactNode {
  const until = formatAttributeValue("until", after?.until);
  return action === "check.restore" ? (
    <>put {entity} back into the list of checks</>
  ) : (
    <>
      dismissed {entity}
      {until && <> until {until}</>}
    </>
  );
}

function describeCatalogEvent({ after }: ActivityEvent): ReactNode {
  return after ? "brought in a price catalog" : "removed the price catalog";
}

function describeBudgetEvent({ before, after }: ActivityEvent, entity: ReactNode): ReactNode {
  const [old, next] = [amount(before), amount(after)];
  if (!next)
    return (
      <>
        removed {entity}, {old} a month
      </>
    );
  if (!old)
    return (
      <>
        set {entity} to {next} a month
      </>
    );
  return (
    <>
      changed {entity} from {old} to {next} a month
    </>
  );
}

function amount(raw: RawAttributes | null): string | null {
  const usd = formatAttributeValue("monthly_usd", raw?.monthly_usd);
  return usd && formatMoney(Number(usd), { cents: "unless-round" });
}

type ModelNameProps = { raw: RawAttributes | null; other: RawAttributes | null };

/** Provider and model as stored. Unchanged parts are left out. */
function ModelName({ raw, other }: ModelNameProps) {
  const names = (["llm_provider", "llm_model"] as const).filter(
    (name) => raw?.[name] !== undefined || other?.[name] !== undefined,
  );
  const values = names.map((name) => formatAttributeValue(name, raw?.[name]) ?? "not set");
  return <span className="font-mono text-sm wrap-anywhere">{values.join(" / ")}</span>;
}

function EntityName({
  event: { entity },
  isOwnPage,
}: {
  event: ActivityEvent;
  isOwnPage: boolean;
}) {
  if (isOwnPage) return entity.kind === "key" ? "the key" : `this ${entity.kind}`;
  const href = pageOf(entity);
  const name = entityLabel(entity);
  if (!href) return <span className="font-medium wrap-anywhere">{name}</span>;
  return (
    <Link
      href={href}
      prefetch={false}
      className="font-medium underline decoration-line-strong underline-offset-3 wrap-anywhere hover:decoration-current"
    >
      {name}
    </Link>
  );
}

function pageOf({ kind, id }: ActivityEvent["entity"]): string | null {
  if (kind === "model") return pages.models({ model: id });
  if (kind === "key") return pages.apiKeys(id);
  if (kind === "check") return pages.checks();
  if (kind === "budget") return pages.costs({ tab: "budgets" });
  if (kind === "catalog") return null;
  if (kind === "token") return pages.tokens();
  if (kind === "access" || kind === "sign_in") return null;
  const agent = agentEntityKey(id);
  return agent && pages.agent(agent.agent_name, agent.version);
}

/** "openai / gpt-4o", "sql-agent v1.0", "the key of OpenAI" */
export function entityLabel({ kind, id }: ActivityEvent["entity"]): string {
  if (kind === "model") return id.replace("#", " / ");
  if (kind === "check") return id.replace("#", " of ").replace(":", " ");
  if (kind === "budget") return `the budget of ${id.replace(":", " ")}`;
  if (kind === "catalog") return "the price catalog";
  if (kind === "agent") {
    const key = agentEntityKey(id);
    return key ? `${key.agent_name} ${key.version}` : id;
  }
  return `the key of ${formatProviderName(id)}`;
}

function lower(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
