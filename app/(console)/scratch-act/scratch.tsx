"use client";
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { providerQueries } from "@/components/keys/queries";
import { HistoryList } from "@/components/activity/history-list";
import { KeyHistory } from "@/components/activity/key-history";
import { SetBack } from "@/components/activity/set-back";
import { ModelTransfer } from "@/components/models/model-transfer";
import { RetireDialog } from "@/components/models/retire-dialog";
export function Scratch() {
  const q = useSearchParams();
  const models = useQuery(modelQueries.list());
  const agents = useQuery({ ...agentQueries.list(), refetchInterval: 2000 });
  const providers = useQuery(providerQueries.list());
  const [open, setOpen] = useState(false);
  const [first] = useState(() => ({ pk: q.get("pk") }));
  const [keep, setKeep] = useState<NonNullable<typeof models.data>["models"][number] | null>(null);
  const [key, setKey] = useState(false);
  if (!models.data || !agents.data || !providers.data) return null;
  const model = models.data.models.find((m) => m.pk === first.pk);
  const agent = agents.data.agents.find((a) => a.agent_name === q.get("agent"));
  const p = providers.data.providers.find((x) => x.id === "xai");
  return (
    <div className="flex flex-col gap-6">
      <div className="flex gap-2"><ModelTransfer canWrite />
      {model && <button type="button" onClick={() => { setKeep(model); setOpen(true); }}>Retire it</button>}
      <button type="button" onClick={() => setKey(true)}>Key history</button></div>
      {agent && <SetBack agent={agent} canWrite />}
      {model && <div className="w-120"><HistoryList entity={{ kind: "model", id: model.pk }} canWrite revision={model.etag} /></div>}
      {agent && <div className="w-160"><HistoryList entity={{ kind: "agent", id: `${agent.agent_name}/v1.0` }} canWrite revision={agent.etag} /></div>}
      {open && keep && <RetireDialog model={keep} models={models.data.models} onClose={() => setOpen(false)} />}
      {key && p && <KeyHistory provider={p} canWrite onClose={() => setKey(false)} />}
    </div>
  );
}
