import { providerIdOfAgent, providerLockedReason } from "@/components/agents/switch/model-choice";
import { Card } from "@/components/ui/card";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import type { ProviderRecord } from "@/lib/keys/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { PreflightPanel } from "./lazy-parts";
import { ModelFacts } from "./model-facts";
import { ModelForm, type ModelFormProps } from "./model-form";

type Props = Omit<ModelFormProps, "stored" | "children"> & {
  providers: readonly ProviderRecord[];
  canWrite: boolean;
};

/** The agent's model and its facts; admins can choose another. */
export function ModelCard({ providers, canWrite, ...form }: Props) {
  const { agent, models, draft } = form;
  const stored = models.find(({ pk }) => pk === agent.resolves_to);
  const providerId = draft?.model.provider_id ?? providerIdOfAgent(agent);
  const facts = (
    <>
      <ModelFacts
        agent={agent}
        model={draft?.model ?? stored}
        provider={providers.find(({ id }) => id === providerId)}
      />
      <PreflightPanel
        agent={agent}
        chosen={draft?.model}
        trialId={draft?.trial_id}
        canWrite={canWrite}
      />
    </>
  );
  return (
    <Card title="Model">
      {canWrite ? (
        <ModelForm {...form} stored={stored}>
          {facts}
        </ModelForm>
      ) : (
        <>
          <ModelText agent={agent} model={stored} />
          {facts}
        </>
      )}
    </Card>
  );
}

type TextProps = { agent: AgentRecord; model: ModelRecord | undefined };

function ModelText({ agent, model }: TextProps) {
  const fixed = providerLockedReason(agent);
  return (
    <dl className="grid gap-x-2.5 gap-y-3 sm:grid-cols-[1fr_1.4fr]">
      <div>
        <dt className="text-sm text-ink-2">Provider</dt>
        <dd>{formatProviderName(providerIdOfAgent(agent)) || "not set"}</dd>
        {fixed && <dd className="mt-1 text-sm text-ink-3">{fixed}.</dd>}
      </div>
      <div>
        <dt className="text-sm text-ink-2">Model</dt>
        <dd>{model?.display_name ?? agent.llm_model ?? "not set"}</dd>
        {model && <dd className="font-mono text-sm text-ink-3">{agent.llm_model}</dd>}
      </div>
    </dl>
  );
}
