"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { type MouseEvent, type ReactNode, useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { LastRunNote } from "@/components/agents/runs/last-run-note";
import { type SaveAgent, useAgentSave } from "@/components/agents/switch/use-agent-save";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { showToast } from "@/components/ui/overlay/toast";
import { joinQueries, QueryBoundary } from "@/components/ui/query-boundary";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { Split } from "@/components/ui/split";
import { TabLinks } from "@/components/ui/tab-links";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { useMediaQuery } from "@/components/ui/use-media-query";
import type { AgentChanges, AgentKey, AgentRecord } from "@/lib/agents/schema";
import { ApiError } from "@/lib/api/client";
import type { ProviderRecord } from "@/lib/keys/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { AgentFacts } from "./agent-facts";
import { AgentHeader } from "./agent-header";
import { AgentMissing } from "./agent-missing";
import { AgentNotes } from "./agent-notes";
import { AgentSkeleton } from "./agent-skeleton";
import type { AgentTestProps } from "./agent-test";
import { BrokenLink } from "./broken-link";
import {
  AgentDialogs,
  AgentTest,
  PromptForm,
  RunsTab,
  TraceCard,
  TrialsTab,
  VersionsCard,
} from "./lazy-parts";
import { ModelCard } from "./model-card";
import type { ModelDraft } from "./model-form";

/** Refetch interval, because other programs change rows too. */
const everyMs = 15_000;

/** On narrow screens, reference information comes last. */
const withoutColumn = "(max-width: 1159px)";

type Slots = {
  /** The agent's runs over time. */
  health: (agent: AgentRecord) => ReactNode;
  /** The agent's history. */
  history: (agent: AgentRecord) => ReactNode;
  /** The notice of an external change, with its rollback. */
  revertedNote: (agent: AgentRecord) => ReactNode;
  /** The dialog that tests the agent's model. */
  test: AgentTestProps["panel"];
};

type Props = Slots & { agent: AgentKey; canWrite: boolean };

/** One agent: its model, prompt and history. */
export function AgentView({ agent: key, canWrite, ...slots }: Props) {
  const { agent_name, version } = key;
  const agent = useQuery({
    ...agentQueries.record(agent_name, version),
    refetchInterval: everyMs,
  });
  const models = useQuery(modelQueries.list());
  const providers = useQuery(providerQueries.list());
  if (!agent.data && isNotFound(agent.error)) return <AgentMissing agent={key} />;
  return (
    <QueryBoundary
      query={joinQueries({ agent, models, providers })}
      skeleton={<AgentSkeleton />}
      errorTitle={`Agent ${agent_name} could not be read`}
    >
      {(data) => (
        <Agent
          agent={data.agent}
          stale={agent.error}
          models={data.models.models}
          providers={data.providers.providers}
          canWrite={canWrite}
          {...slots}
        />
      )}
    </QueryBoundary>
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}

type AgentProps = Slots & {
  agent: AgentRecord;
  /** Why the refetch failed; unsaved changes stay on the page. */
  stale: Error | null;
  models: readonly ModelRecord[];
  providers: readonly ProviderRecord[];
  canWrite: boolean;
};

/** Unsaved model choice and prompt. */
function useDrafts() {
  const [model, setModel] = useState<ModelDraft | null>(null);
  const [prompt, setPrompt] = useState<AgentRecord | null>(null);
  const { save, question, dismiss } = useAgentSave(({ changes }) => {
    settle(changes);
    showToast({
      tone: "good",
      title: isOfModel(changes) ? "Model saved" : "System prompt saved",
      description: "Takes effect on the next invocation.",
    });
  });

  /** Called when a draft was saved, or replaced by another person's values. */
  function settle(changes: AgentChanges) {
    if (isOfModel(changes)) setModel(null);
    else setPrompt(null);
    dismiss();
  }

  return { model, setModel, prompt, setPrompt, save, settle, question, dismiss };
}

const isOfModel = ({ system_prompt }: AgentChanges) => system_prompt === undefined;

function Agent(props: AgentProps) {
  const { agent, stale, models, providers, canWrite, health, history, revertedNote, test } = props;
  const [isTesting, setTesting] = useState(false);
  const isNarrow = useMediaQuery(withoutColumn);
  const drafts = useDrafts();
  const { question } = drafts;
  const tab = useAgentTab();
  const hasDraft = drafts.model !== null || drafts.prompt !== null;
  const shared = { agent, save: drafts.save, canWrite };
  return (
    <>
      <AgentHeader agent={agent} onTest={canWrite ? () => setTesting(true) : undefined} />
      <AgentTabs agent={agent} current={tab} />
      {stale && <StaleNote error={stale} />}
      {tab === "runs" && (
        <RunsTab agent={agent} canWrite={canWrite} hasDraft={hasDraft} health={health(agent)} />
      )}
      {tab === "trials" && (
        <TrialsTab
          agent={agent}
          models={models}
          canWrite={canWrite}
          hasDraft={hasDraft}
          onSwitch={(choice) => drafts.setModel({ base: agent, ...choice })}
        />
      )}
      {/* Hidden instead of unmounted, to keep typed text. */}
      <div hidden={tab !== "overview"}>
        {tab === "overview" && <BrokenLink agent={agent} />}
        {tab === "overview" && <LastRunNote agent={agent} canWrite={canWrite} />}
        <AgentNotes {...shared} models={models} revertedNote={revertedNote(agent)} />
        <Split
          asideWidth="lg"
          lead={
            <ModelCard
              {...shared}
              models={models}
              providers={providers}
              draft={drafts.model}
              onDraft={drafts.setModel}
            />
          }
          aside={
            <div className="flex flex-col gap-4">
              <div id="trace" className="scroll-mt-16">
                <TraceCard agent={agent} />
              </div>
              {!isNarrow && <AgentFacts agent={agent} />}
            </div>
          }
        >
          <div className="flex flex-col gap-4">
            <PromptCard {...shared} edited={drafts.prompt} onEdit={drafts.setPrompt} />
            <VersionsCard agent={agent} />
            <Card title="History">{history(agent)}</Card>
            {isNarrow && <AgentFacts agent={agent} />}
          </div>
        </Split>
      </div>
      {isTesting && (
        <AgentTest
          agent={agent}
          hasDraft={hasDraft}
          panel={test}
          onClose={() => setTesting(false)}
        />
      )}
      {question && (
        <AgentDialogs
          question={question}
          onSave={drafts.save}
          onUseTheirs={drafts.settle}
          onClose={drafts.dismiss}
        />
      )}
    </>
  );
}

type PromptCardProps = {
  agent: AgentRecord;
  /** The record being edited; null while the text is only displayed. */
  edited: AgentRecord | null;
  onEdit: (base: AgentRecord | null) => void;
  save: SaveAgent;
  canWrite: boolean;
};

function PromptCard(props: PromptCardProps) {
  const { agent, edited, onEdit, canWrite, save } = props;
  const prompt = agent.system_prompt;
  return (
    <Card
      title="System prompt"
      action={
        canWrite &&
        !edited && (
          <Button size="sm" variant="ghost" onClick={() => onEdit(agent)}>
            Edit
          </Button>
        )
      }
    >
      {edited ? (
        <PromptForm agent={agent} base={edited} onEdit={onEdit} save={save} />
      ) : (
        <ScrollRegion
          label="Scrollable text"
          className="max-h-96 overflow-y-auto rounded-sm whitespace-pre-wrap wrap-anywhere text-ink-2"
        >
          {prompt || <span className="text-ink-3">{prompt === null ? "not set" : "empty"}</span>}
        </ScrollRegion>
      )}
    </Card>
  );
}

function StaleNote({ error }: { error: Error }) {
  const title = isNotFound(error)
    ? "This agent was deleted meanwhile."
    : "This may be out of date.";
  return (
    <Note tone="bad" title={title} live className="mb-4">
      {describeError(error).detail} What is below is how it was read last.
    </Note>
  );
}

/** `tab` in the URL. The first tab has none. */
const tabs = [
  { id: "overview", label: "Overview" },
  { id: "runs", label: "Runs" },
  { id: "trials", label: "Trials" },
] as const;
type AgentTab = (typeof tabs)[number]["id"];

function useAgentTab(): AgentTab {
  const selected = useSearchParams().get("tab");
  return tabs.find(({ id }) => id === selected)?.id ?? "overview";
}

type AgentTabsProps = { agent: AgentKey; current: AgentTab };

function AgentTabs({ agent: { agent_name, version }, current }: AgentTabsProps) {
  const links = tabs.map(({ id, label }) => ({
    href: pages.agent(agent_name, version, { tab: id === "overview" ? null : id }),
    label,
    current: id === current,
  }));
  return (
    <div onClickCapture={switchTab} className="mb-4">
      <TabLinks label="Agent" tabs={links} />
    </div>
  );
}

/** Switches without a request to the server, so that unsaved changes remain. */
function switchTab(event: MouseEvent) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
  if (!link || isElsewhere) return;
  event.preventDefault();
  window.history.pushState(null, "", link.href);
}
