"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { agentQueries } from "@/components/agents/queries";
import { runtimePk } from "@/components/agents/switch/model-choice";
import type { SaveAgent } from "@/components/agents/switch/use-agent-save";
import { Button } from "@/components/ui/form/button";
import { useAttempt } from "@/components/ui/form/use-attempt";
import { Note } from "@/components/ui/text/note";
import type { AgentRecord } from "@/lib/agents/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { refusalTitle } from "./save-bar";

type Props = {
  agent: AgentRecord;
  models: readonly ModelRecord[];
  save: SaveAgent;
  canWrite: boolean;
  /** The note about the external change. */
  revertedNote: ReactNode;
};

/** The problems of the agent's row, each with its consequence and fix. */
export function AgentNotes(props: Props) {
  const { revertedNote } = props;
  const { defects } = props.agent;
  return (
    <div className="mb-4 flex flex-col gap-2 empty:hidden">
      <NeverRead agent={props.agent} />
      <MissingModel {...props} />
      {revertedNote}
      {defects.length > 0 && (
        <Note
          tone="warn"
          title={
            defects.length === 1
              ? "The row has a defect:"
              : `The row has ${defects.length} defects:`
          }
        >
          {defects.join("; ")}. What can be read is shown; whatever deploys the agent has to write
          it right.
        </Note>
      )}
    </div>
  );
}

/** Two rows may name the same machine, which reads only one of them. */
function NeverRead({ agent: { runtime, agent_name } }: Pick<Props, "agent">) {
  if (runtime?.read_by_machine !== false) return null;
  return (
    <Note tone="warn" title="Never read by its machine.">
      Its state machine reads {runtime.reads_version ?? "another row"}: what is changed here has no
      effect on the runs of {agent_name}.
    </Note>
  );
}

/** Only unified agents look up their model. For an older agent just the price is missing. */
function MissingModel({ agent, models, save, canWrite }: Omit<Props, "outside">) {
  const pk = runtimePk(agent);
  const isUnused = agent.runtime?.read_by_machine === false;
  if (pk === null || agent.resolves_to === pk || isUnused) return null;
  if (agent.resolves_to === null) {
    return (
      <Note
        tone={agent.unified ? "bad" : "warn"}
        title={
          agent.unified
            ? "The next invocation will fail: its model has no row."
            : "Its model is not registered."
        }
        action={
          canWrite && (
            <Link href={pages.addModel(pk)} className="font-semibold underline underline-offset-2">
              Add the model
            </Link>
          )
        }
      >
        There is no model row <span className="font-mono">{pk}</span>.{" "}
        {canWrite && "Choose another model below, or add this one."}
      </Note>
    );
  }
  const model = models.find(({ pk }) => pk === agent.resolves_to);
  if (!agent.unified || !model) return null;
  return (
    <Note
      tone="bad"
      title="The next invocation will fail: its model has no row of that name."
      action={canWrite && <UseRegisteredName agent={agent} model={model} save={save} />}
    >
      The agent names its provider <span className="font-mono">{agent.llm_provider}</span>; the
      model is registered under <span className="font-mono">{model.provider}</span>.
    </Note>
  );
}

type FixProps = { agent: AgentRecord; model: ModelRecord; save: SaveAgent };

/** Offered only if the registered model would work. */
function UseRegisteredName({ agent, model, save }: FixProps) {
  const { attempt, isPending, refusal } = useAttempt();
  const { provider, model_id } = model;
  const { data: preflight } = useQuery(
    agentQueries.preflight(agent.agent_name, agent.version, { provider, model_id }),
  );
  const isRetired = preflight?.findings.some(({ code }) => code === "model_retired");
  if (!preflight?.ok || isRetired) return null;
  const fix = () => save(agent, { llm_provider: model.provider, llm_model: model.model_id });
  return (
    <>
      <Button size="sm" busy={isPending} onClick={() => attempt(fix)}>
        Set provider to {model.provider}
      </Button>
      {refusal && (
        <p role="alert" className="basis-full">
          {refusalTitle(refusal)} {refusal.text}
        </p>
      )}
    </>
  );
}
