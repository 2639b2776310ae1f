"use client";

import Link from "next/link";
import { Note } from "@/components/ui/text/note";
import type { AgentRef, ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { unknownUsersText } from "../model-labels";
import { ModelFacts, Section } from "./model-facts";
import { ModelPrices } from "./model-prices";

export type ModelDetailsProps = {
  model: ModelRecord;
  flags: readonly string[];
  unit: PriceUnit;
  canWrite: boolean;
};

/** A model's details, read-only. */
export function ModelDetails({ model, flags, unit, canWrite }: ModelDetailsProps) {
  // The price section shows these with their fix.
  const notes = flags.filter((flag) => !flag.endsWith("Confirm the price."));
  return (
    <div className="flex flex-col gap-5">
      {notes.length > 0 && <Note tone="warn">{notes.join(" ")}</Note>}
      {model.purpose && <p className="text-ink-2">{asSentence(model.purpose)}</p>}
      <Section title="Prices">
        <ModelPrices model={model} unit={unit} canWrite={canWrite} />
      </Section>
      <Section title="Details">
        <ModelFacts model={model} />
      </Section>
      <Section title="Used by">
        <UsedBy model={model} />
      </Section>
    </div>
  );
}

const asSentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function UsedBy({ model }: { model: ModelRecord }) {
  const { used_by: agents, agents_unknown, users_unknown = 0 } = model;
  if (agents_unknown) {
    return <p className="text-ink-3">Not known: the agents' table does not exist.</p>;
  }
  return (
    <>
      {agents.length > 0 && <AgentLinks agents={agents} />}
      {agents.length === 0 && users_unknown === 0 && (
        <p className="text-ink-3">No agent. Nothing breaks when it is deactivated or retired.</p>
      )}
      {users_unknown > 0 && <p className="text-ink-3">{unknownUsersText(users_unknown)}</p>}
    </>
  );
}

/** Agents by name and version, each a link to its page. */
export function AgentLinks({ agents }: { agents: readonly AgentRef[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {agents.map(({ agent_name, version, by_default }) => (
        <li key={`${agent_name} ${version}`}>
          <Link
            href={pages.agent(agent_name, version)}
            prefetch={false}
            className="text-accent underline decoration-line-strong underline-offset-3 hover:decoration-current"
          >
            {agent_name}
          </Link>{" "}
          <span className="font-mono text-sm text-ink-3">{version}</span>
          {by_default && <span className="text-sm text-ink-3"> via its machine's default</span>}
        </li>
      ))}
    </ul>
  );
}
