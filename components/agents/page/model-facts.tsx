import Link from "next/link";
import { ModelStatus } from "@/components/model-facts/availability";
import { formatPricePair } from "@/components/prices/price-pair";
import { Status, type StatusTone } from "@/components/ui/text/status";
import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import type { KeyStatus, ProviderRecord } from "@/lib/keys/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { describeDoubt } from "@/lib/prices/rules/price-doubts";

type Props = {
  agent: AgentRecord;
  /** The chosen model, saved or not. */
  model: ModelRecord | undefined;
  provider: ProviderRecord | undefined;
};

/** The facts about the chosen model for this agent. */
export function ModelFacts({ agent, model, provider }: Props) {
  if (!model) return null;
  return (
    <ul className="mt-3.5 flex flex-col gap-1.5">
      <li className="flex flex-wrap items-baseline justify-between gap-x-3 wrap-anywhere">
        <span>
          <ModelStatus model={model} />
        </span>
        <span className="font-mono text-sm text-ink-3 max-sm:pl-4">{model.pk}</span>
      </li>
      {provider && <KeyFact provider={provider} />}
      <ToolsFact agent={agent} model={model} />
      <PriceFact model={model} />
    </ul>
  );
}

/** The preflight below says where the price is from. */
function PriceFact({ model }: { model: ModelRecord }) {
  if (model.input_price === null && model.output_price === null) {
    return (
      <Fact tone="off" side={model.purpose}>
        Not priced
      </Fact>
    );
  }
  return (
    <Fact tone={describeDoubt(model) ? "warn" : "good"} side={model.purpose}>
      {formatPricePair(model, "1M", "per 1M tokens")}
    </Fact>
  );
}

type FactProps = { tone: StatusTone; side?: React.ReactNode; children: React.ReactNode };

function Fact({ tone, side, children }: FactProps) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-3 wrap-anywhere">
      <Status tone={tone}>{children}</Status>
      {side && <span className="text-sm text-ink-3 max-sm:pl-4">{side}</span>}
    </li>
  );
}

const keyFacts: Record<KeyStatus, { tone: StatusTone; label: string }> = {
  verified: { tone: "good", label: "Key works" },
  stored: { tone: "off", label: "Key stored, not tried yet" },
  missing: { tone: "bad", label: "No key is stored" },
  placeholder: { tone: "bad", label: "Key is a placeholder" },
  rejected: { tone: "bad", label: "Key was rejected" },
  expired: { tone: "bad", label: "Key has expired" },
};

function KeyFact({ provider }: { provider: ProviderRecord }) {
  const { tone, label } = keyFacts[provider.key.status];
  const link = tone === "bad" && (
    <Link href={pages.apiKeys(provider.id)} className="text-accent hover:underline">
      Update API Key
    </Link>
  );
  return (
    <Fact tone={tone} side={link || provider.name}>
      {label}
    </Fact>
  );
}

function ToolsFact({ agent, model }: { agent: AgentRecord; model: ModelRecord }) {
  const used = agentTools(agent.tools).filter((tool) => tool.enabled).length;
  if (used === 0) return null;
  const tools = pluralize(used, "tool");
  if (model.supports_tools === null) return <Fact tone="off">Tool support is not known</Fact>;
  return model.supports_tools ? (
    <Fact tone="good">Supports this agent's {tools}</Fact>
  ) : (
    <Fact tone="bad">Does not support tools; this agent has {tools}</Fact>
  );
}
